/**
 * Fills forms with ODK Web Forms' engine, as a person would: question by question, only those in view.
 *
 * One JSON request per line on stdin, one JSON response per line on stdout; see tests/engine/engine.py for both.
 */

import { createInterface } from 'node:readline';
import { JSDOM } from 'jsdom';

const dom = new JSDOM('<!DOCTYPE html>');
const BROWSER = [
	'Attr', 'CDATASection', 'Comment', 'CustomEvent', 'DOMParser', 'DOMRect', 'Document', 'DocumentFragment', 'Element',
	'Event', 'EventTarget', 'HTMLElement', 'Node', 'NodeFilter', 'NodeList', 'ProcessingInstruction', 'Text', 'XMLDocument',
	'XMLSerializer', 'XPathEvaluator', 'XPathException', 'XPathExpression', 'XPathResult', 'FileReader', 'document', 'window',
];
for (const name of BROWSER) {
	if (dom.window[name] !== undefined && globalThis[name] === undefined) {
		globalThis[name] = dom.window[name];
	}
}
// The clock of a request: `now` where it has one. Set before the engine is loaded, which may keep its Date.
const MachineDate = Date;
let frozen = null;
globalThis.Date = class Date extends MachineDate {
	constructor(...given) {
		super(...(given.length ? given : [globalThis.Date.now()]));
	}
	static now() {
		return frozen ?? MachineDate.now();
	}
};
// The engine's bundled XPath parser asks for its own folder under node; its binaries come as data, so none is read.
globalThis.__dirname = '/';
const { loadForm } = await import('@getodk/xforms-engine');

const CSV = { 'Content-Type': 'text/csv; charset=utf-8' };

// Reading a form and its lists takes longest, and tests ask for few of them again and again.
const loaded = new Map();

function formOf(xform, media) {
	const key = JSON.stringify([xform, media]);
	if (!loaded.has(key)) {
		if (loaded.size > 12) {
			loaded.clear();
		}
		loaded.set(key, load(xform, media));
	}
	return loaded.get(key);
}

async function load(xform, media) {
	const form = await loadForm(xform, {
		fetchFormAttachment: async (resource) => {
			const name = decodeURIComponent(new URL(resource.href).pathname.split('/').pop());
			return name in media ? new Response(media[name], { headers: CSV }) : new Response('', { status: 404 });
		},
		missingResourceBehavior: 'ERROR',
	});
	if (form.status === 'failure') {
		throw form.error;
	}
	return form;
}

async function open(request, media, begin) {
	const preloadProperties = { deviceID: 'tests:engine', username: 'engine' };
	return (await begin(await formOf(request.xform, media), { preloadProperties })).root;
}

const asFile = (xml) => {
	const data = new FormData();
	data.set('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }));
	return { inputType: 'FORM_INSTANCE_INPUT_RESOLVED', data: [data] };
};

const create = (form, config) => form.createInstance(config);
const edit = (xml) => (form, config) => form.editInstance(asFile(xml), config);
const restore = (xml) => (form, config) => form.restoreInstance(asFile(xml), config);

const nameOf = (node) => node.definition.qualifiedName?.localName ?? node.definition.localName ?? node.definition.nodeName;

/** All nodes under `node`, itself excluded; into repeats only where `inside` allows. */
function* under(node, inside = false) {
	for (const child of node.currentState.children ?? []) {
		yield child;
		if (inside || !child.nodeType.startsWith('repeat-range')) {
			yield* under(child, inside);
		}
	}
}

function find(root, path) {
	let here = root;
	for (const step of path.split('/')) {
		const [, name, index] = /^(\w+)(?:\[(\d+)\])?$/.exec(step);
		const found = [...under(here)].filter((node) => nameOf(node) === name);
		if (found.length !== 1) {
			throw new Error(`${found.length} questions are called ${path}`);
		}
		[here] = found;
		if (here.nodeType.startsWith('repeat-range')) {
			while (here.currentState.children.length < Number(index ?? 1)) {
				here.addInstances();
			}
			here = here.currentState.children[Number(index ?? 1) - 1];
		}
	}
	return here;
}

const PIXEL = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'
);

function answer(root, path, value) {
	const node = find(root, path);
	if (!node.currentState.relevant) {
		throw new Error(`${path} is not in view`);
	}
	switch (node.nodeType) {
		case 'select': {
			const wanted = value === '' ? [] : String(value).split(' ');
			const offered = node.currentState.valueOptions.map((option) => option.asString ?? option.value);
			const values = node.currentState.valueOptions.map((option) => option.value);
			const strange = wanted.filter((one) => !values.includes(one));
			if (strange.length) {
				throw new Error(`${path} does not offer ${strange}; it offers ${values.join(' ') || 'nothing'} ${offered.length}`);
			}
			return node.selectValues(wanted);
		}
		case 'trigger':
			return node.setValue(value === 'OK');
		case 'upload':
			return node.setValue(value === '' ? null : new File([PIXEL], value, { type: 'image/png' }));
		case 'input':
			if (node.valueType === 'geopoint') {
				const [latitude, longitude, altitude = 0, accuracy = 0] = value.split(' ').map(Number);
				return node.setValue({ latitude, longitude, altitude, accuracy });
			}
			return node.setValue(node.valueType === 'int' && value !== '' ? BigInt(value) : value);
		default:
			throw new Error(`${path} is no question (${node.nodeType})`);
	}
}

function look(root, path) {
	const node = find(root, path);
	const { relevant, value, valueOptions } = node.currentState;
	const label = node.currentState.label?.asString ?? '';
	const options = valueOptions?.map((option) => option.value) ?? null;
	const instance = node.nodeType === 'upload' ? node.currentState.instanceValue : node.currentState.instanceState?.instanceXML;
	const text = Array.isArray(value) ? value.join(' ') : value == null ? '' : String(value.name ?? value);
	const violation = node.validationState.violation;
	return { relevant, value: text, label, options, instance: String(instance ?? ''), wrong: violation?.message?.asString ?? '' };
}

async function payload(root) {
	const made = await root.prepareInstancePayload({ payloadType: 'monolithic' });
	const [data] = made.data;
	const xml = await data.get('xml_submission_file').text();
	const violations = (made.violations ?? []).map((one) => [
		one.reference, one.violation.condition, one.violation.message?.asString ?? '',
	]);
	const files = [...data.keys()].filter((key) => key !== 'xml_submission_file');
	return { xml, violations, files };
}

async function run(request) {
	frozen = request.now ? MachineDate.parse(request.now) : null;
	let media = request.media;
	let root = await open(request, media, request.edit_of ? edit(request.edit_of) : create);
	const looks = [];
	for (const step of request.steps) {
		if ('set' in step) {
			answer(root, step.set, step.to);
		} else if ('look' in step) {
			looks.push(Object.fromEntries(step.look.map((path) => [path, look(root, path)])));
		} else if ('reopen' in step) {
			media = { ...media, ...step.reopen };
			root = await open(request, media, restore((await payload(root)).xml));
		}
	}
	return { ...(await payload(root)), looks };
}

for await (const line of createInterface({ input: process.stdin })) {
	let response;
	try {
		response = await run(JSON.parse(line));
	} catch (error) {
		response = { error: String(error?.message ?? error), stack: String(error?.stack ?? '') };
	}
	process.stdout.write(`${JSON.stringify(response)}\n`);
}
