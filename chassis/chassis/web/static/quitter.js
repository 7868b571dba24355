// Leaves at once: three presses of Shift, or the link. The page is blanked and replaced, so that « back » does not show it.
// Without this file the link is a plain link.
(function () {
  "use strict";
  var link = document.getElementById("quitter");
  if (!link) return;
  var presses = [];
  function leave(event) {
    if (event) event.preventDefault();
    document.documentElement.className = "leaving";
    document.title = " ";
    window.location.replace(link.href);
  }
  link.addEventListener("click", leave);
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") { presses = []; return; }
    var now = Date.now();
    presses = presses.filter(function (then) { return now - then < 2000; });
    presses.push(now);
    if (presses.length >= 3) leave();
  });
  window.addEventListener("pageshow", function () { document.documentElement.className = ""; });
})();
