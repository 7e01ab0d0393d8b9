'use strict';
// A server as one case sees it, and what cases check of a call's end.

const assert = require('assert');
const fs = require('fs');
const grpc = require('@grpc/grpc-js');

const DEADLINE_MS = 15000;

/** One case's connections: each case has its own, closed at its end. */
class Peer {
  constructor(packages, { address, certificate, sees_compression: seesCompression = true }) {
    this.packages = packages;
    this.address = address;
    this.seesCompression = seesCompression;
    this.clients = [];
    this.credentials = certificate
      ? grpc.credentials.createSsl(fs.readFileSync(certificate))
      : grpc.credentials.createInsecure();
  }

  stub(Service, options = {}) {
    const client = new Service(this.address, this.credentials, {
      // Connections are shared by all channels to one address unless told otherwise.
      'grpc.use_local_subchannel_pool': 1,
      // TLS has no server names that are addresses; the certificate is for both.
      'grpc.ssl_target_name_override': 'localhost',
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  test(options) {
    return this.stub(this.packages.grpc.testing.TestService, options);
  }

  close() {
    this.clients.forEach((client) => client.close());
  }
}

function deadline(milliseconds = DEADLINE_MS) {
  return { deadline: Date.now() + milliseconds };
}

/** Follows a call to its end; a unary call's response or a stream's responses arrive in `messages`. */
function outcomeOf(start) {
  return new Promise((resolve) => {
    const outcome = { messages: [], headers: new grpc.Metadata() };
    const call = start((error, response) => {
      if (response) outcome.messages.push(response);
    });
    call.on('metadata', (metadata) => (outcome.headers = metadata));
    const isStream = typeof call.read === 'function';
    if (isStream) call.on('data', (message) => outcome.messages.push(message)).on('error', () => {});
    // The callback of a unary call runs after the status event.
    call.on('status', (status) => setImmediate(() => resolve({ ...outcome, status })));
  });
}

function unary(stub, method, request, metadata = new grpc.Metadata(), options = deadline()) {
  return outcomeOf((callback) => stub[method](request, metadata, options, callback));
}

function assertStatus(outcome, code, message) {
  const { code: actual, details } = outcome.status;
  assert.strictEqual(actual, code, `status ${actual} (${details}), not ${code}`);
  if (message !== undefined) assert.strictEqual(details, message, 'status message');
}

function assertPayloads(outcome, sizes) {
  assertStatus(outcome, grpc.status.OK);
  assert.deepStrictEqual(outcome.messages.map((message) => message.payload.body.length), sizes, 'payload sizes');
  assert(outcome.messages.every((message) => message.payload.body.every((byte) => byte === 0)), 'a payload is not zeros');
}

module.exports = { Peer, deadline, outcomeOf, unary, assertStatus, assertPayloads };
