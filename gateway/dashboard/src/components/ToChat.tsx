/** The way to the chat, from a page that is empty until something was said. */
import { Link } from '@tanstack/react-router';
import { t } from '../texts';
import { buttonClass } from './Button';

export const ToChat = () => (
  <Link to="/chat" className={buttonClass('primary')}>
    {t.home.talk}
  </Link>
);
