'use strict';
// The interop cases on grpc-js.
//   node client.js DESCRIPTORS CASE ADDRESS [CERTIFICATE]     runs one case; the exit status is 0 when it passed
//   node client.js DESCRIPTORS                                runs what standard input asks for, a JSON line each

const assert = require('assert');
const readline = require('readline');
const { loadDescriptors, announce } = require('./protocol');
const { Peer } = require('./peer');

const CASES = { ...require('./cases'), ...require('./service-cases') };

async function run(packages, command) {
  const peer = new Peer(packages, command);
  try {
    const run = CASES[command.case];
    assert(run, `there is no case ${command.case}`);
    await run(peer);
    return { case: command.case, passed: true };
  } catch (error) {
    return { case: command.case, passed: false, reason: error.stack };
  } finally {
    peer.close();
  }
}

async function main([descriptors, name, address, certificate]) {
  const packages = loadDescriptors(descriptors);
  if (name) {
    const result = await run(packages, { case: name, address, certificate });
    announce(result);
    process.exit(result.passed ? 0 : 1);
  }

  for await (const line of readline.createInterface({ input: process.stdin })) {
    announce(await run(packages, JSON.parse(line)));
  }
  process.exit(0);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
