import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PALETTE = 3;
const COLORS = 256;

/** The same picture with 256 colors: flat surfaces and text lose nothing, and it is a third in size. */
export async function toPalettePng(page, png) {
  const { width, height, colors, pixels } = await page.evaluate(
    `(${toPalette})("${png.toString('base64')}", ${COLORS})`,
  );
  const indices = Buffer.from(pixels, 'base64');
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE, 0, 0, 0], 8);
  // A byte in front of each line says that it is not filtered: indices have nothing to predict.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    indices.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colors)),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Runs in the browser, which can read pictures: a few colors, and for each pixel the nearest. */
async function toPalette(base64, size) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const colorAt = (at) => (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const color = colorAt(at);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const channels = (color) => [color >> 16, (color >> 8) & 255, color & 255];
  const distance = ([r1, g1, b1], [r2, g2, b2]) =>
    2 * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + 3 * (b1 - b2) ** 2;
  const indexOfNearest = (palette, wanted) => {
    let best = 0;
    let least = Infinity;
    for (const [index, color] of palette.entries()) {
      const far = distance(color, wanted);
      if (far < least) [best, least] = [index, far];
    }
    return best;
  };
  // A small dot has few pixels, but a color of its own: what is alike goes together until all fit.
  const frequent = [...counts].toSorted((a, b) => b[1] - a[1]).map(([color]) => channels(color));
  let palette = frequent;
  for (let apart = 16; palette.length > size; apart *= 2) {
    palette = [];
    for (const color of frequent) {
      const known = palette[indexOfNearest(palette, color)];
      if (known === undefined || distance(known, color) > apart) palette.push(color);
    }
  }
  const nearest = new Map();
  let pixels = '';
  for (let at = 0; at < data.length; at += 4) {
    const color = colorAt(at);
    if (!nearest.has(color)) nearest.set(color, indexOfNearest(palette, channels(color)));
    pixels += String.fromCharCode(nearest.get(color));
  }
  return { width, height, colors: palette.flat(), pixels: btoa(pixels) };
}
