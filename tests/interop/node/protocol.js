'use strict';
// What the server and the client of this folder share: the contract, and the names and sizes of the public cases.

const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const ECHO_INITIAL = 'x-grpc-test-echo-initial';
const ECHO_TRAILING = 'x-grpc-test-echo-trailing-bin';
// Not of the public cases: a call's name, and the name of the call whose end EmptyCall waits for.
const CALL_NAME = 'x-call-name';
const AWAIT_END_OF = 'x-await-end-of';
const USERS = { 'Bearer interop-token': 'interop-user' };

/** Services and messages of a serialized FileDescriptorSet, by package. */
function packagesOf(descriptors) {
  const options = { keepCase: true, defaults: true, oneofs: true, longs: Number, enums: String };
  return grpc.loadPackageDefinition(protoLoader.loadFileDescriptorSetFromBuffer(descriptors, options));
}

function loadDescriptors(path) {
  return packagesOf(fs.readFileSync(path));
}

function zeros(size) {
  return { type: 'COMPRESSABLE', body: Buffer.alloc(size) };
}

/** Writes one JSON line for the test that started us. */
function announce(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

module.exports = {
  ECHO_INITIAL,
  ECHO_TRAILING,
  CALL_NAME,
  AWAIT_END_OF,
  USERS,
  packagesOf,
  loadDescriptors,
  zeros,
  announce,
};
