'use strict';
// Health and reflection, which every server of ours offers, as a caller of another runtime meets them.

const assert = require('assert');
const { randomUUID } = require('crypto');
const grpc = require('@grpc/grpc-js');
const { packagesOf, zeros } = require('./protocol');
const { deadline, outcomeOf, unary, assertStatus, assertPayloads } = require('./peer');

const SERVICE = 'grpc.testing.TestService';

/** Asks the server under test to change what its health service says. */
async function setHealth(peer, service, status) {
  const metadata = new grpc.Metadata();
  metadata.set('x-set-health', `${service}=${status}`);
  assertStatus(await unary(peer.test(), 'EmptyCall', {}, metadata), grpc.status.OK);
}

/** Answers each of several questions, over one stream. */
async function reflect(stub, requests) {
  const outcome = await outcomeOf(() => {
    const call = stub.ServerReflectionInfo(deadline());
    requests.forEach((request) => call.write(request));
    call.end();
    return call;
  });
  assertStatus(outcome, grpc.status.OK);
  return outcome.messages;
}

/** A FileDescriptorSet of serialized files: each is field 1, a length and its bytes. */
function setOf(files) {
  const parts = files.flatMap((file) => {
    const prefix = [0x0a];
    let length = file.length;
    for (; length > 127; length >>>= 7) prefix.push((length & 127) | 128);
    return [Buffer.from([...prefix, length]), file];
  });
  return Buffer.concat(parts);
}

async function reflectionOf(peer, version) {
  const stub = peer.stub(peer.packages.grpc.reflection[version].ServerReflection);
  const [services, file, missing] = await reflect(stub, [
    { list_services: '' },
    { file_containing_symbol: SERVICE },
    { file_containing_symbol: 'no.such.Symbol' },
  ]);
  const names = services.list_services_response.service.map((service) => service.name);
  assert(names.includes(SERVICE), `services ${names}`);
  assert.strictEqual(missing.error_response.error_code, grpc.status.NOT_FOUND);

  // Knowing nothing but the answer, as grpcurl does.
  const discovered = packagesOf(setOf(file.file_descriptor_response.file_descriptor_proto));
  const outcome = await unary(peer.stub(discovered.grpc.testing.TestService), 'UnaryCall', {
    response_size: 31415,
    payload: zeros(27182),
  });
  assertPayloads(outcome, [31415]);
}

module.exports = {
  async health(peer) {
    const stub = peer.stub(peer.packages.grpc.health.v1.Health);
    for (const service of ['', SERVICE]) {
      const outcome = await unary(stub, 'Check', { service });
      assertStatus(outcome, grpc.status.OK);
      assert.strictEqual(outcome.messages[0].status, 'SERVING');
    }
    assertStatus(await unary(stub, 'Check', { service: 'no.such.Service' }), grpc.status.NOT_FOUND);
  },

  async health_watch(peer) {
    const stub = peer.stub(peer.packages.grpc.health.v1.Health);
    const service = `watched.${randomUUID()}`;
    const coming = ['SERVING', 'NOT_SERVING'];
    const outcome = await outcomeOf(() => {
      const call = stub.Watch({ service }, deadline());
      const end = () => call.cancel();
      call.on('data', () => (coming.length > 0 ? setHealth(peer, service, coming.shift()).catch(end) : end()));
      return call;
    });
    assertStatus(outcome, grpc.status.CANCELLED);
    const states = outcome.messages.map((message) => message.status);
    assert.deepStrictEqual(states, ['SERVICE_UNKNOWN', 'SERVING', 'NOT_SERVING']);
  },

  async reflection_v1(peer) {
    await reflectionOf(peer, 'v1');
  },

  async reflection_v1alpha(peer) {
    await reflectionOf(peer, 'v1alpha');
  },
};
