// The way to the window: one slot there (`receive`), one signal back (`send`), both carrying one line of JSON.
"use strict";

bigmap.VERSION = 1;
bigmap.send = function () {}; // a shared map has nobody to tell

bigmap.connect = function (receive) {
  new QWebChannel(qt.webChannelTransport, (channel) => {
    const host = channel.objects.host;
    bigmap.send = (kind, fields) => host.receive(JSON.stringify({ v: bigmap.VERSION, kind, ...fields }));
    host.send.connect((text) => receive(JSON.parse(text)));
    bigmap.send("page_ready", {});
  });
  const failed = (text) => bigmap.send("failed", { text });
  window.addEventListener("error", (event) => failed(`${event.message} (${event.filename}:${event.lineno})`));
  window.addEventListener("pagehide", () => (bigmap.send = function () {})); // what it waited for fails now
  window.addEventListener("unhandledrejection", (event) => failed(String(event.reason)));
};
