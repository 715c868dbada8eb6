/** Something the user does: runs it, reads anew what it changed, says that it was done, and says what went wrong. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { words } from '../api/errors';
import { toast } from './toasts';

interface ActOptions<Data, Value> {
  /** First parts of the keys of what it changes. */
  refresh?: readonly string[];
  /** Said when it is done. */
  done?: string;
  /** Where a form shows the error itself. */
  quiet?: boolean;
  onDone?: (data: Data, value: Value) => void;
}

export function useAct<Value = void, Data = unknown>(
  run: (value: Value) => Promise<Data>,
  { refresh = [], done, quiet, onDone }: ActOptions<Data, Value> = {},
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (data, value) => {
      await Promise.all(refresh.map((name) => queries.invalidateQueries({ queryKey: [name] })));
      if (done) toast.show('good', done);
      onDone?.(data, value);
    },
    onError: (error) => {
      if (!quiet) toast.show('bad', words(error));
    },
  });
}
