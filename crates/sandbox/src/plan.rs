//! A list of fields made into something that writes one employee after the other quickly.

use crate::{
    catalogue::{Field, Source},
    settings::{Settings, WorkSlashKeys},
    value::{Scene, Subject, value, write_machine, write_readable, write_text, write_wrong},
};

/// HiBob's `humanReadable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// Absent, empty or unknown: machine values only.
    Machine,
    /// `APPEND`: machine values and a `humanReadable` object beside them.
    Append,
    /// `REPLACE`: readable strings only, no slash keys.
    Replace,
}

impl Mode {
    /// Reads the key of the request; the case of the word does not matter and an unknown word is no error.
    pub(crate) fn parse(word: &str) -> Self {
        if word.eq_ignore_ascii_case("append") {
            Self::Append
        } else if word.eq_ignore_ascii_case("replace") {
            Self::Replace
        } else {
            Self::Machine
        }
    }
}

/// How to write one employee with a given list of fields.
#[derive(Debug)]
pub(crate) struct Plan {
    mode: Mode,
    machine: Vec<Token>,
    readable: Vec<Node>,
}

/// A piece of the machine format, which has every key for everybody.
#[derive(Debug)]
enum Token {
    Text(Vec<u8>),
    Value(Source),
}

/// A place of the nested shape.
#[derive(Debug)]
enum Node {
    Leaf(&'static str, Source),
    Branch(&'static str, Vec<Node>),
}

impl Plan {
    pub(crate) fn new(fields: &[&'static Field], mode: Mode, settings: &Settings) -> Self {
        let tree = nest(fields);
        Self {
            mode,
            machine: machine_tokens(&tree, fields, settings),
            readable: tree,
        }
    }

    /// Writes one employee as a JSON object.
    pub(crate) fn write(&self, out: &mut Vec<u8>, scene: Scene<'_>, subject: Subject<'_>) {
        out.push(b'{');
        if self.mode == Mode::Replace {
            write_nodes(out, &self.readable, scene, subject);
            out.push(b'}');
            return;
        }
        self.write_machine(out, scene, subject);
        if self.mode == Mode::Append {
            if !self.machine.is_empty() {
                out.push(b',');
            }
            out.extend_from_slice(b"\"humanReadable\":{");
            write_nodes(out, &self.readable, scene, subject);
            out.push(b'}');
        }
        out.push(b'}');
    }

    fn write_machine(&self, out: &mut Vec<u8>, scene: Scene<'_>, subject: Subject<'_>) {
        for token in &self.machine {
            match token {
                Token::Text(text) => out.extend_from_slice(text),
                Token::Value(source) if subject.wrong == Some(*source) => {
                    write_wrong(out, subject, *source);
                }
                Token::Value(source) => {
                    write_machine(out, &value(scene, subject, *source), scene.settings);
                }
            }
        }
    }
}

/// The nested shape of some fields. A sub-path of a field that is there itself adds nothing: the whole has it.
fn nest(fields: &[&'static Field]) -> Vec<Node> {
    let mut tree = Vec::new();
    for field in fields {
        insert(&mut tree, field.json_path(), field.source);
    }
    tree
}

fn insert(nodes: &mut Vec<Node>, path: &'static str, source: Source) {
    let (key, rest) = path
        .split_once('.')
        .map_or((path, None), |(key, rest)| (key, Some(rest)));
    let at = nodes.iter().position(|node| node.key() == key);
    match (at, rest) {
        (Some(at), Some(rest)) => {
            if let Node::Branch(_, children) = &mut nodes[at] {
                insert(children, rest, source);
            }
        }
        (Some(at), None) => nodes[at] = Node::Leaf(key, source),
        (None, None) => nodes.push(Node::Leaf(key, source)),
        (None, Some(rest)) => {
            let mut children = Vec::new();
            insert(&mut children, rest, source);
            nodes.push(Node::Branch(key, children));
        }
    }
}

impl Node {
    fn key(&self) -> &'static str {
        match self {
            Self::Leaf(key, _) | Self::Branch(key, _) => key,
        }
    }
}

fn machine_tokens(tree: &[Node], fields: &[&'static Field], settings: &Settings) -> Vec<Token> {
    let mut tokens = Tokens::default();
    nested_tokens(&mut tokens, tree);
    if settings.slash_keys {
        for field in fields {
            slash_tokens(&mut tokens, field, settings.work_slash_keys);
        }
    }
    tokens.finish()
}

fn nested_tokens(tokens: &mut Tokens, nodes: &[Node]) {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            tokens.text(",");
        }
        tokens.key(node.key());
        match node {
            Node::Leaf(_, source) => tokens.value(*source),
            Node::Branch(_, children) => {
                tokens.text("{");
                nested_tokens(tokens, children);
                tokens.text("}");
            }
        }
    }
}

fn slash_tokens(tokens: &mut Tokens, field: &Field, work: WorkSlashKeys) {
    let pointer = format!("/{}", field.id.replace('.', "/"));
    let bare = pointer.strip_prefix("/work/");
    let spellings = match (bare, work) {
        (None, _) | (_, WorkSlashKeys::Pointer) => vec![pointer.as_str()],
        (Some(bare), WorkSlashKeys::Bare) => vec![bare],
        (Some(bare), WorkSlashKeys::Both) => vec![pointer.as_str(), bare],
    };
    for spelling in spellings {
        tokens.text(",");
        tokens.key(spelling);
        tokens.text("{\"value\":");
        tokens.value(field.source);
        tokens.text("}");
    }
}

/// Collects tokens, neighbouring texts as one.
#[derive(Default)]
struct Tokens {
    done: Vec<Token>,
    text: Vec<u8>,
}

impl Tokens {
    fn text(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn key(&mut self, key: &str) {
        write_text(&mut self.text, key);
        self.text.push(b':');
    }

    fn value(&mut self, source: Source) {
        self.flush();
        self.done.push(Token::Value(source));
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Token::Text(std::mem::take(&mut self.text)));
        }
    }

    fn finish(mut self) -> Vec<Token> {
        self.flush();
        self.done
    }
}

/// Writes the readable shape without the fields that have no value and without objects that would be empty.
fn write_nodes(out: &mut Vec<u8>, nodes: &[Node], scene: Scene<'_>, subject: Subject<'_>) -> bool {
    let mut wrote = false;
    for node in nodes {
        let before = out.len();
        if wrote {
            out.push(b',');
        }
        write_text(out, node.key());
        out.push(b':');
        if write_node(out, node, scene, subject) {
            wrote = true;
        } else {
            out.truncate(before);
        }
    }
    wrote
}

fn write_node(out: &mut Vec<u8>, node: &Node, scene: Scene<'_>, subject: Subject<'_>) -> bool {
    match node {
        Node::Leaf(_, source) => {
            write_readable(out, &value(scene, subject, *source), scene.settings)
        }
        Node::Branch(_, children) => {
            out.push(b'{');
            let wrote = write_nodes(out, children, scene, subject);
            out.push(b'}');
            wrote
        }
    }
}
