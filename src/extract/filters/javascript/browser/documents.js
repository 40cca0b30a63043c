// Documents made from text, and text made from documents.

class DOMParser {
  parseFromString(markup, type) {
    if (text(type).toLowerCase() !== 'text/html') {
      throw new DOMException(`DOMParser reads text/html only here, not ${text(type)}.`, 'NotSupportedError');
    }
    return wrap(host.parseDocument(text(markup)));
  }
}

const xmlEscapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\u00a0': '\u00a0', '\t': '&#9;', '\n': '&#xA;', '\r': '&#xD;' };
const xmlText = (data) => data.replace(/[&<>]/g, (c) => xmlEscapes[c]);
const xmlValue = (value) => value.replace(/[&<>"\t\n\r]/g, (c) => xmlEscapes[c]);
const neverHold = /^(area|base|basefont|bgsound|br|col|embed|frame|hr|img|input|keygen|link|meta|param|source|track|wbr)$/;

// Well-formed XML of a node, as the DOM Parsing and Serialization draft has it for what HTML can say.
function asXml(node, namespaceAround) {
  const inside = (namespace) => [...childrenForXml(node)].map((child) => asXml(child, namespace)).join('');
  switch (node.nodeType) {
    case 1: {
      const namespace = node.namespaceURI;
      const declared = namespace === namespaceAround ? '' : ` xmlns="${xmlValue(namespace)}"`;
      const attributes = node.getAttributeNames().filter((name) => name !== 'xmlns').map((name) => ` ${name}="${xmlValue(node.getAttribute(name) ?? '')}"`);
      const start = `<${node.localName}${declared}${attributes.join('')}`;
      const content = inside(namespace);
      if (content !== '') return `${start}>${content}</${node.localName}>`;
      if (!host.isHtml(node)) return `${start}/>`;
      return neverHold.test(node.localName) ? `${start} />` : `${start}></${node.localName}>`;
    }
    case 3: return xmlText(node.data);
    case 7: return `<?${node.target} ${node.data}?>`;
    case 8: return `<!--${node.data}-->`;
    case 10: return `<!DOCTYPE ${node.name}>`;
    default: return inside(namespaceAround);
  }
}

const childrenForXml = (node) => (node instanceof HTMLTemplateElement ? node.content.childNodes : node.childNodes);

class XMLSerializer {
  serializeToString(node) { node; return asXml(node, null); }
}
