"use strict";
// Before anything is drawn: of very many patients only the first are, until the others are asked for.
document.documentElement.classList.add("scripted");
