// One request an image: it brings every detection down to the lowest score, and the slider only chooses among them.
const element = id => document.getElementById(id);
const slider = element('threshold');

let model = null;
let result = null;
let request = null;

async function start() {
  model = await (await fetch('api/model')).json();
  element('model').textContent = `${model.name}: ${count(model.classes.length, 'class', 'classes')}, ${model.inputWidth} × ${model.inputHeight} pixels`;
  slider.min = model.lowestScore;
  slider.value = model.defaultThreshold;
  showThreshold();
}

async function detect(file) {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  result = null;
  clear();
  try {
    if (file.size > model.maximumBytes)
      throw new Error(`The image has ${file.size} bytes; at most ${model.maximumBytes} are taken.`);
    await showImage(file, signal);
    const begin = performance.now();
    const response = await fetch(`api/detect?threshold=${model.lowestScore}`, {
      method: 'POST', body: file, signal, headers: { 'Content-Type': file.type || 'application/octet-stream' },
    });
    const answer = await response.json();
    if (!response.ok)
      throw new Error(response.status === 415 ? `${file.name} is no JPEG, PNG, BMP, WebP or GIF image.` : answer.detail ?? answer.title);
    result = answer;
    const all = performance.now() - begin;
    element('time').textContent = `${answer.detectMilliseconds.toFixed(1)} ms to detect, ${answer.decodeMilliseconds.toFixed(1)} ms to decode, ${all.toFixed(0)} ms until the answer`;
    render();
  } catch (problem) {
    if (!signal.aborted)
      fail(problem.message);
  } finally {
    if (!signal.aborted)
      element('picture').classList.remove('busy');
  }
}

function showImage(file, signal) {
  const image = element('image');
  URL.revokeObjectURL(image.src);
  element('drop').hidden = true;
  element('again').hidden = false;
  element('picture').hidden = false;
  element('picture').classList.add('busy');
  element('summary').textContent = 'Looking …';
  image.src = URL.createObjectURL(file);
  // What the browser cannot show, the server may yet know; it has the last word.
  return image.decode().catch(() => { if (!signal.aborted) element('picture').hidden = true; });
}

function clear() {
  element('boxes').replaceChildren();
  element('list').hidden = true;
  element('error').hidden = true;
  element('time').textContent = '\u00a0';
}

function fail(message) {
  element('picture').hidden = true;
  element('drop').hidden = false;
  element('again').hidden = true;
  element('summary').textContent = 'No image yet.';
  element('error').textContent = message;
  element('error').hidden = false;
}

function showThreshold() {
  element('value').textContent = Number(slider.value).toFixed(2);
}

function render() {
  showThreshold();
  if (result === null)
    return;
  const shown = result.detections.filter(found => found.score >= slider.valueAsNumber);
  // The best one last, so that its frame and caption lie on top.
  element('boxes').replaceChildren(...shown.map(box).reverse());
  for (const frame of element('boxes').children)
    placeCaption(frame);
  element('list').tBodies[0].replaceChildren(...shown.map(row));
  element('list').hidden = shown.length === 0;
  element('summary').textContent = count(shown.length, 'object', 'objects') + (shown.length < result.detections.length ? ` (${result.detections.length - shown.length} below the slider)` : '');
}

function box(found) {
  const frame = document.createElement('div');
  frame.className = 'box';
  paint(frame, found.classIndex);
  const { left, top, right, bottom } = found.box;
  frame.style.left = percent(left, result.width);
  frame.style.top = percent(top, result.height);
  frame.style.width = percent(right - left, result.width);
  frame.style.height = percent(bottom - top, result.height);
  const caption = document.createElement('span');
  caption.className = 'caption';
  caption.textContent = `${found.className} ${found.score.toFixed(2)}`;
  frame.append(caption);
  return frame;
}

// Above its box where there is room, else inside; moved to the left where it would leave the picture.
function placeCaption(frame) {
  const caption = frame.firstElementChild;
  const border = frame.clientLeft;
  const above = frame.offsetTop >= caption.offsetHeight;
  caption.style.top = `${above ? -caption.offsetHeight - border : 0}px`;
  const room = frame.parentElement.clientWidth - frame.offsetLeft - caption.offsetWidth;
  caption.style.left = `${Math.max(Math.min(-border, room - border), -border - frame.offsetLeft)}px`;
}

function row(found) {
  const line = document.createElement('tr');
  paint(line, found.classIndex);
  line.insertCell().textContent = found.className;
  line.insertCell().textContent = found.score.toFixed(2);
  return line;
}

// Steps of the golden ratio spread hues evenly, however many classes there are.
function paint(target, classIndex) {
  const hue = (classIndex * 0.6180339887498949 % 1) * 360;
  target.style.setProperty('--colour', `hsl(${hue.toFixed(0)} 85% ${classIndex % 16 < 8 ? 58 : 40}%)`);
  target.style.setProperty('--ink', (hue > 30 && hue < 200) && classIndex % 16 < 8 ? '#000' : '#fff');
}

const percent = (part, whole) => `${100 * part / whole}%`;
const count = (number, one, several) => `${number} ${number === 1 ? one : several}`;

slider.addEventListener('input', render);
window.addEventListener('resize', render);
element('again').addEventListener('click', () => element('file').click());
element('file').addEventListener('change', event => {
  if (event.target.files.length > 0)
    detect(event.target.files[0]);
  event.target.value = '';
});
for (const kind of ['dragenter', 'dragover'])
  window.addEventListener(kind, event => { event.preventDefault(); element('stage').classList.add('over'); });
for (const kind of ['dragleave', 'drop'])
  window.addEventListener(kind, event => { event.preventDefault(); element('stage').classList.remove('over'); });
window.addEventListener('drop', event => {
  if (event.dataTransfer.files.length > 0)
    detect(event.dataTransfer.files[0]);
});
window.addEventListener('paste', event => {
  const file = [...event.clipboardData.files].find(item => item.type.startsWith('image/'));
  if (file)
    detect(file);
});

await start().catch(() => fail('The server does not answer.'));
