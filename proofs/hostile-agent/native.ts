/** System calls that Node does not make: a program of a few dozen bytes, written where the agent may write, tells each one's errno. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';

export interface Call {
  /** The number of the system call on x86-64. */
  number: number;
  /** Numbers as they are; bytes as the address of a copy of them; `PREVIOUS` as what the call before returned. */
  arguments: (number | Buffer | typeof PREVIOUS)[];
}

export const PREVIOUS = Symbol('what the call before returned');

const BASE = 0x400000;
const HEADERS = 120;
/** rdi, rsi, rdx, r10, r8, r9: `mov register, imm64` and `mov register, rbx`. */
const LOAD = ['48bf', '48be', '48ba', '49ba', '49b8', '49b9'];
const TAKE = ['4889df', '4889de', '4889da', '4989da', '4989d8', '4989d9'];

/** Whether the programs can run here; elsewhere these probes are left out, and said to be. */
export const hasNativeProbes = arch() === 'x64';

/** 0 when every call succeeded, else the errno of the first that did not; null when the program itself was not let run. */
export function errnoOf(folder: string, calls: readonly Call[]): number | null {
  const path = `${folder}/probe-${process.pid}`;
  writeFileSync(path, program(calls), { mode: 0o700 });
  try {
    const { status } = spawnSync(path, [], { stdio: 'ignore', timeout: 5_000 });
    return status;
  } finally {
    rmSync(path, { force: true });
  }
}

/** An ELF file: the calls in order, then exit. */
function program(calls: readonly Call[]): Buffer {
  const data: Buffer[] = [];
  // The code's length does not depend on addresses, so that a first try tells where the data will lie.
  const length = code(calls, 0, []).length;
  const text = code(calls, BASE + HEADERS + length, data);
  const body = Buffer.concat([text, ...data]);
  const header = Buffer.alloc(HEADERS);
  header.write('7f454c4602010100', 'hex');
  header.writeUInt16LE(2, 16); // executable
  header.writeUInt16LE(62, 18); // x86-64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(BASE + HEADERS), 24); // entry
  header.writeBigUInt64LE(64n, 32); // program headers
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64); // load
  header.writeUInt32LE(7, 68); // read, write, execute
  header.writeBigUInt64LE(BigInt(BASE), 80);
  header.writeBigUInt64LE(BigInt(BASE), 88);
  header.writeBigUInt64LE(BigInt(HEADERS + body.length), 96);
  header.writeBigUInt64LE(BigInt(HEADERS + body.length), 104);
  header.writeBigUInt64LE(4096n, 112);
  return Buffer.concat([header, body]);
}

function code(calls: readonly Call[], dataAt: number, data: Buffer[]): Buffer {
  const parts: Buffer[] = [];
  const exit = Buffer.from('b83c0000000f05', 'hex');
  const failed = Buffer.concat([Buffer.from('48f7d889c7', 'hex'), exit]); // neg rax; mov edi, eax
  const succeeded = Buffer.concat([Buffer.from('31ff', 'hex'), exit]); // xor edi, edi
  // Placed in front of the calls, so that every jump to it goes back by a known distance.
  parts.push(Buffer.from([0xeb, failed.length]), failed);
  let at = 2 + failed.length;
  const emit = (bytes: Buffer): void => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const call of calls) {
    call.arguments.forEach((argument, place) => emit(load(place, argument, dataAt, data)));
    const number = Buffer.alloc(5);
    number[0] = 0xb8;
    number.writeUInt32LE(call.number, 1);
    emit(number);
    emit(Buffer.from('0f054885c0', 'hex')); // syscall; test rax, rax
    const jump = Buffer.from('0f8800000000', 'hex'); // js failed
    jump.writeInt32LE(2 - (at + 6), 2);
    emit(jump);
    emit(Buffer.from('4889c3', 'hex')); // mov rbx, rax
  }
  emit(succeeded);
  return Buffer.concat(parts);
}

function load(place: number, argument: Call['arguments'][number], dataAt: number, data: Buffer[]): Buffer {
  if (argument === PREVIOUS) return Buffer.from(TAKE[place] ?? '', 'hex');
  const value = Buffer.alloc(8);
  if (typeof argument === 'number') value.writeBigInt64LE(BigInt(argument));
  else {
    value.writeBigUInt64LE(BigInt(dataAt + data.reduce((sum, { length }) => sum + length, 0)));
    data.push(argument);
  }
  return Buffer.concat([Buffer.from(LOAD[place] ?? '', 'hex'), value]);
}
