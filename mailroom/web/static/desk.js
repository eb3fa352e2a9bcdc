// What the pages do better with a script; without it every form still works.
"use strict";

// A set-up link carries its key behind the #, which no server and no log sees.
for (const field of document.querySelectorAll("[data-from-fragment]")) {
  if (!field.value && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
}
