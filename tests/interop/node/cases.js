'use strict';
// The public interop cases, each a function of the peer that it is run against.

const assert = require('assert');
const { randomUUID } = require('crypto');
const grpc = require('@grpc/grpc-js');
const { ECHO_INITIAL, ECHO_TRAILING, CALL_NAME, AWAIT_END_OF, zeros } = require('./protocol');
const { deadline, outcomeOf, unary, assertStatus, assertPayloads } = require('./peer');

const GZIP = { 'grpc.default_compression_algorithm': 2 };
const STATUS = { code: 2, message: 'test status message' };
const SPECIAL_MESSAGE = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const REQUEST_SIZES = [27182, 8, 1828, 45904];
const RESPONSE_SIZES = [31415, 9, 2653, 58979];

function largeRequest(more = {}) {
  return { response_size: 314159, payload: zeros(271828), ...more };
}

function echoRequest(bytes = 3) {
  const metadata = new grpc.Metadata();
  metadata.set(ECHO_INITIAL, 'test_initial_metadata_value');
  metadata.set(ECHO_TRAILING, Buffer.alloc(bytes, 0xab));
  return metadata;
}

function assertEchoed({ headers, status }, bytes = 3) {
  assert.deepStrictEqual(headers.get(ECHO_INITIAL), ['test_initial_metadata_value'], 'echoed header');
  assert.deepStrictEqual(status.metadata.get(ECHO_TRAILING), [Buffer.alloc(bytes, 0xab)], 'echoed trailer');
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

module.exports = {
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

  /** Not of the public cases: a cancelled call must not go on at the server. */
  async cancel_reaches_server(peer) {
    const stub = peer.test();
    const name = randomUUID();
    const named = new grpc.Metadata();
    named.set(CALL_NAME, name);
    const outcome = await outcomeOf(() => {
      const call = stub.FullDuplexCall(named); // a deadline would end it at the server too
      call.write({ response_parameters: [{ size: 1 }] });
      call.once('data', () => call.cancel());
      return call;
    });
    assertStatus(outcome, grpc.status.CANCELLED);

    const awaiting = new grpc.Metadata();
    awaiting.set(AWAIT_END_OF, name);
    assertStatus(await unary(stub, 'EmptyCall', {}, awaiting), grpc.status.OK);
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

  /** Not of the public cases: base64 with every length of padding. */
  async binary_metadata(peer) {
    for (const bytes of [1, 2, 4, 300]) {
      const outcome = await unary(peer.test(), 'EmptyCall', {}, echoRequest(bytes));
      assertStatus(outcome, grpc.status.OK);
      assertEchoed(outcome, bytes);
    }
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
