'use strict';
// TestService of the public interop cases on grpc-js.
//   node server.js DESCRIPTORS [CERTIFICATE KEY [SOCKET]]
// Announces its ports in one JSON line and serves until its standard input ends.

const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const { ECHO_INITIAL, ECHO_TRAILING, CALL_NAME, AWAIT_END_OF } = require('./protocol');
const { USERS, loadDescriptors, zeros, announce } = require('./protocol');

/** Ends of calls that have names: seen, or waited for. */
const ends = new Map();

function endOf(name) {
  if (!ends.has(name)) {
    const end = {};
    end.seen = new Promise((resolve) => (end.report = resolve));
    ends.set(name, end);
  }
  return ends.get(name);
}

/** Sends back the header that the caller asks for, and answers the trailers it asks for. */
function echoMetadata(call) {
  const headers = new grpc.Metadata();
  const trailers = new grpc.Metadata();
  call.metadata.get(ECHO_INITIAL).forEach((value) => headers.add(ECHO_INITIAL, value));
  call.metadata.get(ECHO_TRAILING).forEach((value) => trailers.add(ECHO_TRAILING, value));
  call.sendMetadata(headers);
  return trailers;
}

function requestedError(status, trailers) {
  if (!status || status.code === 0) return null;
  return { code: status.code, details: status.message, metadata: trailers };
}

function sleep(microseconds) {
  return microseconds > 0 ? new Promise((resolve) => setTimeout(resolve, microseconds / 1000)) : Promise.resolve();
}

async function writeResponses(call, parameters) {
  for (const { size, interval_us: interval } of parameters) {
    await sleep(interval);
    if (call.cancelled) return;
    if (!call.write({ payload: zeros(size) })) await new Promise((resolve) => call.once('drain', resolve));
  }
}

async function emptyCall(call, callback) {
  const [awaited] = call.metadata.get(AWAIT_END_OF);
  if (awaited) await endOf(awaited).seen;
  callback(null, {}, echoMetadata(call));
}

function unaryCall(call, callback) {
  const request = call.request;
  const trailers = echoMetadata(call);
  const error = requestedError(request.response_status, trailers);
  if (error) return callback(error);

  const username = USERS[call.metadata.get('authorization')[0]];
  if (request.fill_username && !username) {
    return callback({ code: grpc.status.UNAUTHENTICATED, details: 'no known bearer token' });
  }
  callback(null, { payload: zeros(request.response_size), username: request.fill_username ? username : '' }, trailers);
}

async function streamingOutputCall(call) {
  const trailers = echoMetadata(call);
  await writeResponses(call, call.request.response_parameters);
  call.end(trailers);
}

function streamingInputCall(call, callback) {
  const trailers = echoMetadata(call);
  let total = 0;
  call.on('data', (request) => (total += request.payload ? request.payload.body.length : 0));
  call.on('end', () => callback(null, { aggregated_payload_size: total }, trailers));
}

function fullDuplexCall(call) {
  const trailers = echoMetadata(call);
  const [name] = call.metadata.get(CALL_NAME);
  if (name) ['cancelled', 'end'].forEach((event) => call.on(event, endOf(name).report));
  // Not `for await`: leaving it destroys the stream before its status is sent.
  let work = Promise.resolve();
  const then = (step) => (work = work.then(() => (call.cancelled ? undefined : step())));
  call.on('data', (request) =>
    then(() => {
      const error = requestedError(request.response_status, trailers);
      return error ? call.emit('error', error) : writeResponses(call, request.response_parameters);
    })
  );
  call.on('end', () => then(() => call.end(trailers)));
}

function halfDuplexCall(call) {
  const trailers = echoMetadata(call);
  const requests = [];
  call.on('data', (request) => requests.push(request));
  call.on('end', async () => {
    for (const request of requests) await writeResponses(call, request.response_parameters);
    call.end(trailers);
  });
}

function bind(server, credentials, address = '127.0.0.1:0') {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

async function main([descriptors, certificate, key, socket]) {
  const { TestService } = loadDescriptors(descriptors).grpc.testing;
  const { UnimplementedCall, ...implemented } = TestService.service;
  const server = new grpc.Server();
  server.addService(implemented, {
    EmptyCall: emptyCall,
    UnaryCall: unaryCall,
    StreamingOutputCall: streamingOutputCall,
    StreamingInputCall: streamingInputCall,
    FullDuplexCall: fullDuplexCall,
    HalfDuplexCall: halfDuplexCall,
  });

  const ports = { h2c: await bind(server, grpc.ServerCredentials.createInsecure()) };
  if (certificate) {
    const pair = { cert_chain: fs.readFileSync(certificate), private_key: fs.readFileSync(key) };
    ports.tls = await bind(server, grpc.ServerCredentials.createSsl(null, [pair]));
  }
  if (socket) await bind(server, grpc.ServerCredentials.createInsecure(), `unix:${socket}`);

  announce({ ...ports, sees_compression: false });
  process.stdin.on('end', () => process.exit(0)).resume();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
