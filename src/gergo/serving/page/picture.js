// The picture that is searched by: dropped, pasted or chosen; scaled down here, kept for this tab under a short name.

import { $ } from "./dom.js";

const SIDE_PX = 512;
const KEEP = "gergo-picture-";

export async function take(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new Error("This file is not a picture that your browser can read.");
  const scale = Math.min(1, SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return keep(canvas.toDataURL("image/jpeg", 0.92));
}

function keep(data) {
  let sum = 2166136261;
  for (let i = 0; i < data.length; i++) sum = Math.imul(sum ^ data.charCodeAt(i), 16777619);
  const name = (sum >>> 0).toString(36);
  try {
    sessionStorage.setItem(KEEP + name, data);
  } catch {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEEP)) sessionStorage.removeItem(key);
    sessionStorage.setItem(KEEP + name, data);
  }
  return name;
}

export const kept = (name) => (name ? sessionStorage.getItem(KEEP + name) : null);

// Pictures from anywhere on the page end at `used`; what is no picture ends at `refused`.
export function listen(used, refused) {
  const accept = async (file) => {
    try {
      used(await take(file));
    } catch (error) {
      refused(error.message);
    }
  };
  $("picture-choose").addEventListener("click", () => $("picture-file").click());
  $("picture-file").addEventListener("change", (event) => {
    if (event.target.files[0]) accept(event.target.files[0]);
    event.target.value = "";
  });
  document.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    accept(file);
  });
  const carries = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    $("drop").hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) $("drop").hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    $("drop").hidden = true;
    if (event.dataTransfer.files[0]) accept(event.dataTransfer.files[0]);
  });
}
