import { Installation, startInternet } from './kit/installation.js';
const internet = await startInternet();
const ara = new Installation(internet, { runtime: (process.argv[2] ?? 'process') as 'process' });
console.log('start ms', await ara.start());
try {
  console.log(ara.output);
  const t0 = performance.now();
  const user = await ara.addUser('alice');
  console.log('user', performance.now() - t0);
  for (let i = 0; i < 20; i++) { const t = performance.now(); const a = await ara.ask(user, `hello number ${i}`); console.log((performance.now() - t).toFixed(1), JSON.stringify(a)); }
  console.log(JSON.stringify(await ara.status(user.id)).slice(0, 1500));
  console.log(internet.telegram.transcript(user.bot, user.owner));
} catch (e) { console.log('ERR', e); console.log(await ara.api('GET', '/v1/logs')); const st = await ara.api('GET','/v1/accounts') as any; console.log(JSON.stringify(await ara.status(st[0].id))); }
await ara.stop(); console.log(ara.output.slice(-200)); await internet.stop(); process.exit(0);
