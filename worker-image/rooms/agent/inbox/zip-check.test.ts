/** Tests of telling an archive that may stay from a bomb, by its list alone. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { zip, type ZipEntry } from './test-rig.js';
import { faultOfZip } from './zip-check.js';

const text: ZipEntry = { name: 'a.txt', content: Buffer.from('some words that do not pack well 0123456789') };

describe('an archive', () => {
  it('of ordinary files stays, also an empty one', () => {
    expect(faultOfZip(zip([text, { ...text, name: 'b.docx' }, { ...text, name: 'inner.zip' }]))).toBeNull();
    expect(faultOfZip(zip([]))).toBeNull();
  });

  it('that another program made stays', () => {
    const made = execFileSync('python3', [
      '-c',
      'import sys,zipfile\nz=zipfile.ZipFile(sys.stdout.buffer,"w",zipfile.ZIP_DEFLATED)\nz.writestr("a/b.txt","hello"*20)\nz.writestr("c.bin",bytes(1000))\nz.close()',
    ]);
    expect(faultOfZip(made)).toBeNull();
  });

  it('that would unpack to far more than it is is a bomb', () => {
    const zeros = { name: 'zeros', content: Buffer.alloc(20_000_000) };
    expect(faultOfZip(zip([zeros]))).toMatch(/hundred times/);
    expect(faultOfZip(zip([{ ...text, claims: { size: 3_000_000_000 } }]))).toMatch(/2 GB/);
    const little = { name: 'sheet.xml', content: Buffer.alloc(5_000_000) };
    expect(faultOfZip(zip([little]))).toBeNull();
  });

  it('whose parts lie upon each other is a bomb', () => {
    expect(faultOfZip(zip([text, { ...text, name: 'again', claims: { at: 0 } }]))).toMatch(/upon each other/);
    expect(faultOfZip(zip([{ ...text, claims: { at: 60 } }]))).toMatch(/upon each other/);
  });

  it('of too many files, or of archives, is not taken', () => {
    const many = (name: string, count: number): ZipEntry[] =>
      Array.from({ length: count }, (_, index) => ({
        name: name.replace('#', `${index}`),
        content: Buffer.alloc(0),
      }));
    expect(faultOfZip(zip(many('#.txt', 10_000)))).toBeNull();
    expect(faultOfZip(zip(many('#.txt', 10_001)))).toMatch(/10000/);
    expect(faultOfZip(zip(many('#.ZIP', 51)))).toMatch(/archives upon/);
  });

  it('whose list is damaged is not taken', () => {
    const whole = zip([text, text]);
    for (const file of [whole.subarray(0, -5), Buffer.from('PK\x03\x04'), zip([text], { count: 2 })])
      expect(faultOfZip(file)).toMatch(/damaged/);
  });

  it('never throws, whatever it holds', () => {
    const whole = zip([text, text]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(30), (at, byte, cut) => {
        const broken = Buffer.from(whole.subarray(0, whole.length - cut));
        if (at < broken.length) broken[at] = byte;
        faultOfZip(broken);
      }),
      { numRuns: 500 },
    );
  });
});
