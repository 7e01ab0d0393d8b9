'use strict';
// The public interop cases on grpc-js.
//   node client.js DESCRIPTORS CASE ADDRESS [CERTIFICATE]     runs one case; the exit status is 0 when it passed
//   node client.js DESCRIPTORS                                runs what standard input asks for, a JSON line each

const assert = require('assert');
const fs = require('fs');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const { ECHO_INITIAL, ECHO_TRAILING, loadDescriptors, zeros, announce } = require('./protocol');

const DEADLINE_MS = 15000;
const GZIP = { 'grpc.default_compression_algorithm': 2 };
const STATUS = { code: 2, message: 'test status message' };
const SPECIAL_MESSAGE = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const REQUEST_SIZES = [27182, 8, 1828, 45904];
const RESPONSE_SIZES = [31415, 9, 2653, 58979];

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

function largeRequest(more = {}) {
  return { response_size: 314159, payload: zeros(271828), ...more };
}

function echoRequest() {
  const metadata = new grpc.Metadata();
  metadata.set(ECHO_INITIAL, 'test_initial_metadata_value');
  metadata.set(ECHO_TRAILING, Buffer.from([0xab, 0xab, 0xab]));
  return metadata;
}

function assertEchoed({ headers, status }) {
  assert.deepStrictEqual(headers.get(ECHO_INITIAL), ['test_initial_metadata_value'], 'echoed header');
  assert.deepStrictEqual(status.metadata.get(ECHO_TRAILING), [Buffer.from([0xab, 0xab, 0xab])], 'echoed trailer');
}

/** Sends each request after the response to the one before, then half-closes. */
function pingPong(stub, requests, metadata = new grpc.Metadata()) {
  return outcomeOf(() => {
    const call = stub.FullDuplexCall(metadata, deadline());
    const waiting = [...requests];
    const next = () => (waiting.length > 0 ? call.write(waiting.shift()) : call.end());
    call.on('data', next);
    next();
    return call;
  });
}

const CASES = {
  async empty_unary(peer) {
    const outcome = await unary(peer.test(), 'EmptyCall', {});
    assertStatus(outcome, grpc.status.OK);
    assert.deepStrictEqual(outcome.messages, [{}]);
  },

  async large_unary(peer) {
    assertPayloads(await unary(peer.test(), 'UnaryCall', largeRequest()), [314159]);
  },

  async client_streaming(peer) {
    const stub = peer.test();
    const outcome = await outcomeOf((callback) => {
      const call = stub.StreamingInputCall(new grpc.Metadata(), deadline(), callback);
      REQUEST_SIZES.forEach((size) => call.write({ payload: zeros(size) }));
      call.end();
      return call;
    });
    assertStatus(outcome, grpc.status.OK);
    assert.deepStrictEqual(outcome.messages, [{ aggregated_payload_size: 74922 }]);
  },

  async server_streaming(peer) {
    const request = { response_parameters: RESPONSE_SIZES.map((size) => ({ size })) };
    assertPayloads(await unary(peer.test(), 'StreamingOutputCall', request), RESPONSE_SIZES);
  },

  async ping_pong(peer) {
    const requests = REQUEST_SIZES.map((size, index) => ({
      response_parameters: [{ size: RESPONSE_SIZES[index] }],
      payload: zeros(size),
    }));
    assertPayloads(await pingPong(peer.test(), requests), RESPONSE_SIZES);
  },

  async half_duplex(peer) {
    const stub = peer.test();
    const outcome = await outcomeOf(() => {
      const call = stub.HalfDuplexCall(deadline());
      RESPONSE_SIZES.forEach((size) => call.write({ response_parameters: [{ size }] }));
      call.end();
      return call;
    });
    assertPayloads(outcome, RESPONSE_SIZES);
  },

  async empty_stream(peer) {
    assertPayloads(await pingPong(peer.test(), []), []);
  },

  async cancel_after_begin(peer) {
    const stub = peer.test();
    const outcome = await outcomeOf((callback) => {
      const call = stub.StreamingInputCall(deadline(), callback);
      call.cancel();
      return call;
    });
    assertStatus(outcome, grpc.status.CANCELLED);
  },

  async cancel_after_first_response(peer) {
    const stub = peer.test();
    const outcome = await outcomeOf(() => {
      const call = stub.FullDuplexCall(deadline());
      call.write({ response_parameters: [{ size: 31415 }], payload: zeros(27182) });
      call.once('data', () => call.cancel());
      return call;
    });
    assertStatus(outcome, grpc.status.CANCELLED);
    assert.strictEqual(outcome.messages.length, 1, 'responses');
  },

  async timeout_on_sleeping_server(peer) {
    const stub = peer.test();
    const outcome = await outcomeOf(() => {
      const call = stub.FullDuplexCall(deadline(1));
      call.write({ payload: zeros(27182) });
      return call;
    });
    assertStatus(outcome, grpc.status.DEADLINE_EXCEEDED);
  },

  async custom_metadata(peer) {
    const outcome = await unary(peer.test(), 'UnaryCall', largeRequest(), echoRequest());
    assertPayloads(outcome, [314159]);
    assertEchoed(outcome);

    const request = { response_parameters: [{ size: 314159 }], payload: zeros(271828) };
    const streamed = await pingPong(peer.test(), [request], echoRequest());
    assertPayloads(streamed, [314159]);
    assertEchoed(streamed);
  },

  async status_code_and_message(peer) {
    const outcome = await unary(peer.test(), 'UnaryCall', { response_status: STATUS });
    assertStatus(outcome, STATUS.code, STATUS.message);
    assertStatus(await pingPong(peer.test(), [{ response_status: STATUS }]), STATUS.code, STATUS.message);
  },

  async special_status_message(peer) {
    const request = { response_status: { code: 2, message: SPECIAL_MESSAGE } };
    assertStatus(await unary(peer.test(), 'UnaryCall', request), 2, SPECIAL_MESSAGE);
  },

  async unimplemented_method(peer) {
    assertStatus(await unary(peer.test(), 'UnimplementedCall', {}), grpc.status.UNIMPLEMENTED);
  },

  async unimplemented_service(peer) {
    const stub = peer.stub(peer.packages.grpc.testing.UnimplementedService);
    assertStatus(await unary(stub, 'UnimplementedCall', {}), grpc.status.UNIMPLEMENTED);
  },

  async per_rpc_creds(peer) {
    const stub = peer.test();
    assertStatus(await unary(stub, 'UnaryCall', { fill_username: true }), grpc.status.UNAUTHENTICATED);

    const bearer = grpc.credentials.createFromMetadataGenerator((parameters, callback) => {
      const metadata = new grpc.Metadata();
      metadata.set('authorization', 'Bearer interop-token');
      callback(null, metadata);
    });
    const options = { ...deadline(), credentials: bearer };
    const outcome = await unary(stub, 'UnaryCall', { fill_username: true }, new grpc.Metadata(), options);
    assertStatus(outcome, grpc.status.OK);
    assert.strictEqual(outcome.messages[0].username, 'interop-user');
  },

  /** grpc-js compresses by channel only, so that compressed and plain requests go over two. */
  async client_compressed_unary(peer) {
    const compressed = largeRequest({ expect_compressed: { value: true } });
    if (peer.seesCompression) {
      assertStatus(await unary(peer.test(), 'UnaryCall', compressed), grpc.status.INVALID_ARGUMENT);
    }
    assertPayloads(await unary(peer.test(GZIP), 'UnaryCall', compressed), [314159]);
    const plain = largeRequest({ expect_compressed: { value: false } });
    assertPayloads(await unary(peer.test(), 'UnaryCall', plain), [314159]);
  },

  async client_compressed_streaming(peer) {
    const stub = peer.test(GZIP);
    const outcome = await outcomeOf((callback) => {
      const call = stub.StreamingInputCall(new grpc.Metadata(), deadline(), callback);
      [27182, 45904].forEach((size) => call.write({ expect_compressed: { value: true }, payload: zeros(size) }));
      call.end();
      return call;
    });
    assertStatus(outcome, grpc.status.OK);
    assert.deepStrictEqual(outcome.messages, [{ aggregated_payload_size: 73086 }]);
  },

  async server_compressed_unary(peer) {
    for (const value of [true, false]) {
      const request = largeRequest({ response_compressed: { value } });
      assertPayloads(await unary(peer.test(), 'UnaryCall', request), [314159]);
    }
  },

  async server_compressed_streaming(peer) {
    const sizes = [31415, 92653];
    const parameters = sizes.map((size, index) => ({ size, compressed: { value: index === 0 } }));
    const outcome = await unary(peer.test(), 'StreamingOutputCall', { response_parameters: parameters });
    assertPayloads(outcome, sizes);
  },
};

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
