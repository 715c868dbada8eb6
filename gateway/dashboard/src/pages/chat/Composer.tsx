/** Where a message is written. Enter sends where there is a keyboard; on a phone it makes a new line, as everywhere there. */
import { useState, type KeyboardEvent } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Form } from '../../components/Form';
import { Icon } from '../../components/Icon';
import { t } from '../../texts';

const LONGEST = 100_000;

export function Composer({ onSay }: { onSay: (text: string) => void }) {
  const [text, setText] = useState('');
  const send = (): void => {
    if (text.trim() === '') return;
    onSay(text.trim());
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const sends = event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
    if (!sends || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  };
  const rows = Math.min(8, text.split('\n').length);
  return (
    <Form
      onSubmit={send}
      className="sticky bottom-[calc(4.25rem+env(safe-area-inset-bottom))] -mx-1 bg-paper px-1 pt-1 pb-3 lg:bottom-0"
    >
      <div className="flex items-end gap-2 rounded-2xl border border-edge bg-card p-1.5 shadow-card focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
        <textarea
          aria-label={t.chat.write}
          placeholder={t.chat.write}
          rows={rows}
          maxLength={LONGEST}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-60 min-h-11 flex-1 resize-none bg-transparent px-3 py-2.5 outline-none placeholder:text-soft"
        />
        <AriaButton
          type="submit"
          aria-label={t.chat.send}
          isDisabled={text.trim() === ''}
          className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent text-on-accent transition-colors hover:bg-accent-strong data-[disabled]:bg-sunken data-[disabled]:text-soft"
        >
          <Icon name="send" />
        </AriaButton>
      </div>
      <p className="mt-1.5 hidden px-2 text-xs text-soft lg:block">{t.chat.hint}</p>
    </Form>
  );
}
