/** A file on its way up, with how far it is: what `fetch` does not tell. The browser reads it from its disk bit by bit. */
import { Unreachable, refusalOf } from './errors';

/**
 * @param progress told the bytes that have left the browser
 * @returns the body of the answer. @throws Refusal, Unreachable
 */
export function upload<Report>(path: string, file: Blob, progress: (bytes: number) => void): Promise<Report> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onerror = () => reject(new Unreachable());
    request.onload = () => {
      const { status, responseText } = request;
      if (status < 300) resolve(JSON.parse(responseText) as Report);
      else void refusalOf(new Response(responseText, { status }), undefined).then(reject);
    };
    request.send(file);
  });
}
