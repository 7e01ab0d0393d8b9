'use strict';
// Calls on grpc-js as standard input asks for them, a JSON line each; ../README.md says what a line may hold.
//   node client.js DESCRIPTORS

const fs = require('fs');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const { loadDescriptors, announce } = require('../../interop/node/protocol');
const { Call } = require('./call');

/** Stubs, one for each address, service and set of options. */
class Stubs {
  constructor(packages) {
    this.packages = packages;
    this.shared = new Map();
  }

  /** A stub of its own connection, or one that calls share. */
  get(command) {
    if (command.connection === 'own') return this.make(command);
    const key = JSON.stringify([command.address, command.service, command.options, command.tls]);
    if (!this.shared.has(key)) this.shared.set(key, this.make(command));
    return this.shared.get(key);
  }

  make({ address, service, options = {}, tls }) {
    const Service = service.split('.').reduce((found, name) => found[name], this.packages);
    const read = (file) => (file ? fs.readFileSync(file) : null);
    const credentials = tls
      ? grpc.credentials.createSsl(read(tls.ca), read(tls.key), read(tls.cert))
      : grpc.credentials.createInsecure();
    return new Service(address, credentials, { 'grpc.use_local_subchannel_pool': 1, ...options });
  }
}

async function main([descriptors]) {
  const stubs = new Stubs(loadDescriptors(descriptors));
  const calls = new Map();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    if (command.release) {
      calls.get(command.id)?.release(command.release);
      continue;
    }
    const stub = stubs.get(command);
    const call = new Call(command, stub);
    calls.set(command.id, call);
    call.run().then((outcome) => {
      calls.delete(command.id);
      announce(outcome);
      if (command.connection === 'own') stub.close();
    });
  }
  process.exit(0);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
