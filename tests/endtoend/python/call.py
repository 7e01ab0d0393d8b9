"""One call: what is read, and the steps of what is written."""

import base64
import collections
import threading
import time
import traceback

import grpc

DETAILS = "grpc-status-details-bin"


class Over(Exception):
    """The call ended while a step waited."""


class Call:
    """Reads on the thread of run(); steps run on the thread that grpcio takes requests with."""

    def __init__(self, command, channel, method, announce):
        self._command = command
        self._announce = announce
        self._method = method
        self._stub = method.stub(channel, command["service"])
        self._steps = command["steps"]
        self._responses = []
        self._seen = collections.Counter()  # events by name
        self._released = set()
        self._is_paused = self._is_over = False
        self._until = None  # released, it ends the pause
        self._changed = threading.Condition()
        self._started = threading.Event()
        self._fault = None

    def run(self):
        """Runs to the status, whatever the steps do."""
        seconds = self._command["deadline_ms"] / 1000 if "deadline_ms" in self._command else None
        metadata = list(self._command.get("metadata", {}).items())
        request = self._requests() if self._method.client_streaming else self._request(self._steps.pop(0))
        if not self._method.client_streaming and not self._method.server_streaming:
            self._call = self._stub.future(request, timeout=seconds, metadata=metadata)
            if not self._call.exception():
                self._keep(self._call.result())
        else:
            self._call = self._stub(request, timeout=seconds, metadata=metadata)
            self._call.add_callback(self._end)  # one that does not read hears of the end, too
            self._started.set()
            if not self._method.client_streaming and self._steps:
                self._go_on()
            self._read()
        return {
            "id": self._command["id"],
            "code": self._call.code().value[0],
            "message": self._call.details(),
            "details": self._details(),
            "responses": self._responses,
            "fault": self._fault,
        }

    def release(self, name):
        with self._changed:
            self._released.add(name)
            self._changed.notify_all()

    def _read(self):
        try:
            for response in self._call:
                self._keep(response)
                with self._changed:
                    self._changed.wait_for(lambda: not self._is_paused or self._is_over or self._until in self._released)
        except grpc.RpcError:
            pass  # the outcome has it
        self._end()

    def _end(self):
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _keep(self, response):
        self._responses.append(base64.b64encode(response.SerializeToString()).decode())
        event = response.WhichOneof("event") if "event" in response.DESCRIPTOR.oneofs_by_name else "response"
        if event == "result" and response.result.is_final:
            event = "final"
        with self._changed:
            self._seen[event] += 1
            self._changed.notify_all()

    def _details(self):
        trailers = {key: value for key, value in self._call.trailing_metadata() or ()}
        return base64.b64encode(trailers[DETAILS]).decode() if DETAILS in trailers else None

    def _request(self, step):
        return self._method.request.FromString(base64.b64decode(step["send"]))

    def _requests(self):
        """The requests, as the steps make them. They end the requests only where a step says so."""
        self._started.wait()
        try:
            while self._steps:
                step = self._steps.pop(0)
                if step.get("do") == "end":
                    self._go_on()
                    return
                yield from self._run_step(step)
            self._wait_for(lambda: False)
        except Over:
            pass
        except Exception:  # whatever it is, the test prints it
            self._fault = traceback.format_exc()
            self._call.cancel()

    def _go_on(self):
        """Runs the steps that are left, which send nothing more."""
        threading.Thread(target=collections.deque, args=(self._requests(), 0), daemon=True).start()

    def _run_step(self, step):
        if "send" in step:
            yield self._request(step)
        elif "file" in step:
            yield from self._file(**step)
        elif "await" in step:
            self._wait_for(lambda: self._seen[step["await"]] >= step.get("times", 1))
        elif "hold" in step:
            self._announce({"id": self._command["id"], "reached": step["hold"]})
            self._wait_for(lambda: step["hold"] in self._released)
        elif step["do"] == "cancel":
            self._call.cancel()
        elif step["do"] in ("pause", "resume"):
            with self._changed:
                self._is_paused, self._until = step["do"] == "pause", step.get("until")
                self._changed.notify_all()
        else:
            raise ValueError(f"no such step: {step}")

    def _file(self, file, kind, sizes, count, interval_ms=0, **more):
        """A part of a file in chunks of the sizes given, over and over; paced where there is an interval."""
        with open(file, "rb") as opened:
            opened.seek(more["from"])
            data = opened.read(count)
        at = index = 0
        while at < len(data):
            chunk = data[at : at + sizes[index % len(sizes)]]
            yield self._method.request(audio={"data": chunk}) if kind == "audio" else self._method.request(**{kind: chunk})
            at, index = at + len(chunk), index + 1
            if interval_ms:
                time.sleep(interval_ms / 1000)

    def _wait_for(self, condition):
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or condition())
            if self._is_over and not condition():
                raise Over
