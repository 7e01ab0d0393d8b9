'use strict';
// One call: what is read, and the steps of what is written.

const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const { announce } = require('../../interop/node/protocol');

const DETAILS = 'grpc-status-details-bin';

class Over extends Error {}

/** A promise that others resolve. */
function latch() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

class Call {
  constructor(command, stub) {
    this.command = command;
    this.stub = stub;
    this.method = stub[command.method];
    this.responses = [];
    this.seen = {}; // events by name
    this.arrived = latch();
    this.over = latch();
    this.released = {};
  }

  /** Runs to the status, whatever the steps do. */
  async run() {
    const ended = this.start();
    const steps = this.runSteps().catch((error) => {
      if (error instanceof Over) return;
      this.fault = error;
      this.call.cancel();
    });
    const status = await ended;
    this.over.resolve();
    await steps;
    return {
      id: this.command.id,
      code: status.code,
      message: status.details,
      details: status.metadata?.get(DETAILS)[0]?.toString('base64') ?? null,
      responses: this.responses,
      fault: this.fault?.stack ?? null,
    };
  }

  release(name) {
    this.latchOf(name).resolve();
  }

  start() {
    const { deadline_ms: milliseconds, steps } = this.command;
    const options = milliseconds ? { deadline: Date.now() + milliseconds } : {};
    const metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(this.command.metadata ?? {})) metadata.set(name, value);
    if (this.method.requestStream) {
      this.call = this.stub[this.command.method](metadata, options);
    } else {
      const request = this.method.requestDeserialize(Buffer.from(steps[0].send, 'base64'));
      this.command.steps = steps.slice(1);
      const keep = (_, response) => response && this.keep(response);
      const answer = this.method.responseStream ? [] : [keep];
      this.call = this.stub[this.command.method](request, metadata, options, ...answer);
    }
    if (this.method.responseStream) this.call.on('data', (response) => this.keep(response)).on('error', () => {});
    // The callback of a unary call runs after the status event.
    const status = new Promise((resolve) => this.call.on('status', (value) => setImmediate(() => resolve(value))));
    if (!this.method.responseStream) return status;
    // One that has paused gets its last responses behind the status.
    const read = new Promise((resolve) => this.call.on('end', resolve));
    return status.then((value) => (value.code === grpc.status.OK ? read.then(() => value) : value));
  }

  keep(response) {
    this.responses.push(this.method.responseSerialize(response).toString('base64'));
    const event = response.event === 'result' && response.result.is_final ? 'final' : response.event ?? 'response';
    this.seen[event] = (this.seen[event] ?? 0) + 1;
    this.arrived.resolve();
    this.arrived = latch();
  }

  async runSteps() {
    for (const step of this.command.steps) {
      if (step.send !== undefined) await this.write(this.method.requestDeserialize(Buffer.from(step.send, 'base64')));
      else if (step.file) await this.writeFile(step);
      else if (step.await) await this.awaitEvent(step);
      else if (step.hold) await this.holdAt(step.hold);
      else if (step.do === 'end') this.call.end();
      else if (step.do === 'cancel') this.call.cancel();
      else if (step.do === 'pause') this.pause(step.until);
      else if (step.do === 'resume') this.call.resume();
      else throw new Error(`no such step: ${JSON.stringify(step)}`);
    }
  }

  /** Reads no more until a name is released, whatever the steps wait for meanwhile. */
  pause(until) {
    this.call.pause();
    if (until) this.latchOf(until).promise.then(() => this.call.resume());
  }

  async write(message) {
    if (!this.call.write(message)) await this.orOver(new Promise((resolve) => this.call.once('drain', resolve)));
  }

  /** A part of a file in chunks of the sizes given, over and over; paced where there is an interval. */
  async writeFile({ file, kind, sizes, from, count, interval_ms: interval }) {
    const bytes = fs.readFileSync(file).subarray(from, from + count);
    for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i++) {
      const chunk = bytes.subarray(at, at + sizes[i % sizes.length]);
      await this.write(kind === 'audio' ? { audio: { data: chunk } } : { [kind]: chunk });
      if (interval) await this.orOver(new Promise((resolve) => setTimeout(resolve, interval)));
    }
  }

  async awaitEvent({ await: event, times = 1 }) {
    while ((this.seen[event] ?? 0) < times) await this.orOver(this.arrived.promise);
  }

  async holdAt(name) {
    announce({ id: this.command.id, reached: name });
    await this.orOver(this.latchOf(name).promise);
  }

  latchOf(name) {
    return (this.released[name] ??= latch());
  }

  /** Waits for something that may never come once the call is over. */
  async orOver(promise) {
    const over = this.over.promise.then(() => {
      throw new Over();
    });
    await Promise.race([promise, over]);
  }
}

module.exports = { Call };
