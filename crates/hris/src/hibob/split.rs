//! Finds the employees of a people search in the bytes as they arrive.
//!
//! HiBob answers a people search with one JSON document for the whole company and has no paging, so
//! the document is never held: a small state machine walks over the chunks, finds the `employees`
//! array and hands out the bytes of one element after the other. Only an element that stands
//! across a chunk's border is copied.
//!
//! The machine checks what holds the document together (keys, colons, commas, brackets, the end).
//! Whether an element is proper JSON inside is checked where it is decoded.

use memchr::memchr2;

/// What ends an answer that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ended before the document did: what came so far was fine.
    Incomplete,
    /// It is not JSON, from the first byte or from somewhere on.
    NotJson,
    /// JSON without an `employees` array.
    NoEmployees,
    /// Two `employees` keys: nobody can say which one counts.
    TwoEmployees,
    /// Nested deeper than allowed.
    TooDeep,
    /// One employee, or something beside them, is larger than allowed.
    TooLarge,
    /// More employees than allowed.
    TooMany,
    /// More bytes than allowed.
    TooLong,
}

/// How much the splitter puts up with.
#[derive(Clone, Copy, Debug)]
pub(super) struct SplitLimits {
    /// Bytes of one element.
    pub(super) element_bytes: usize,
    /// Nesting inside an element; at most 64.
    pub(super) depth: u32,
    /// Elements.
    pub(super) elements: u64,
    /// Bytes of the whole document.
    pub(super) body_bytes: u64,
}

/// Blanks in a row between tokens: far more than any pretty printer writes, far fewer than a bomb.
const BLANKS: u64 = 64 * 1024;
/// Bytes of everything beside `employees`, which is thrown away.
const SKIPPED_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of a top-level key that are looked at: `employees` with every letter escaped has 54.
const KEY_BYTES: usize = 64;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the document; so many bytes of a byte order mark have been read.
    Start(usize),
    FirstKey,
    NextKey,
    Key,
    Colon,
    Value,
    Skip,
    AfterValue,
    FirstElement,
    NextElement,
    Element,
    AfterElement,
    End,
}

/// Splits a document into the elements of its `employees` array.
pub(super) struct Splitter {
    limits: SplitLimits,
    state: State,
    value: ValueScan,
    key: Vec<u8>,
    /// The part of an element that came with earlier chunks.
    element: Vec<u8>,
    found: bool,
    elements: u64,
    bytes: u64,
    blanks: u64,
    skipped: u64,
}

impl Splitter {
    pub(super) fn new(limits: SplitLimits) -> Self {
        Self {
            limits,
            state: State::Start(0),
            value: ValueScan::default(),
            key: Vec::new(),
            element: Vec::new(),
            found: false,
            elements: 0,
            bytes: 0,
            blanks: 0,
            skipped: 0,
        }
    }

    /// Takes the next bytes and hands out every element that they complete.
    pub(super) fn feed(&mut self, chunk: &[u8], mut each: impl FnMut(&[u8])) -> Result<(), Fault> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.limits.body_bytes {
            return Err(Fault::TooLong);
        }
        let mut rest = chunk;
        while !rest.is_empty() {
            let taken = match self.state {
                State::Element => self.element(rest, &mut each)?,
                State::Skip => self.skip(rest)?,
                State::Key => self.key(rest)?,
                _ => self.token(rest[0])?,
            };
            rest = &rest[taken..];
        }
        Ok(())
    }

    /// The document is over: whether it was whole.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        if self.state == State::End {
            Ok(())
        } else {
            Err(Fault::Incomplete)
        }
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.element.capacity()
    }

    /// One byte between values. Gives how many bytes it took: none where a value begins, so that
    /// the value is read from its first byte.
    fn token(&mut self, byte: u8) -> Result<usize, Fault> {
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
            && !matches!(self.state, State::Start(1..=2))
        {
            self.blanks += 1;
            return if self.blanks > BLANKS {
                Err(Fault::TooLarge)
            } else {
                Ok(1)
            };
        }
        self.blanks = 0;
        let (next, taken) = match (self.state, byte) {
            (State::Start(seen), byte) => Self::start(seen, byte)?,
            (State::FirstKey | State::NextKey, b'"') => {
                self.key.clear();
                self.value = ValueScan {
                    in_string: true,
                    ..ValueScan::default()
                };
                (State::Key, 1)
            }
            (State::FirstKey | State::AfterValue, b'}') => (self.end()?, 1),
            (State::Colon, b':') => (State::Value, 1),
            (State::AfterValue, b',') => (State::NextKey, 1),
            (State::Value, byte) if self.is_employees() => self.employees(byte)?,
            (State::Value, _) => {
                self.value = ValueScan::default();
                (State::Skip, 0)
            }
            (State::FirstElement | State::AfterElement, b']') => (State::AfterValue, 1),
            (State::AfterElement, b',') => (State::NextElement, 1),
            (State::FirstElement | State::NextElement, _) => {
                self.count()?;
                (State::Element, 0)
            }
            _ => return Err(Fault::NotJson),
        };
        self.state = next;
        Ok(taken)
    }

    /// A byte order mark is let through: RFC 8259 allows a reader to ignore one.
    fn start(seen: usize, byte: u8) -> Result<(State, usize), Fault> {
        let fresh = seen == 0 || seen == BYTE_ORDER_MARK.len();
        match byte {
            b'{' if fresh => Ok((State::FirstKey, 1)),
            b'[' | b'"' if fresh => Err(Fault::NoEmployees),
            _ if BYTE_ORDER_MARK.get(seen) == Some(&byte) => Ok((State::Start(seen + 1), 1)),
            _ => Err(Fault::NotJson),
        }
    }

    fn employees(&mut self, byte: u8) -> Result<(State, usize), Fault> {
        if self.found {
            return Err(Fault::TwoEmployees);
        }
        if byte != b'[' {
            return Err(Fault::NoEmployees);
        }
        self.found = true;
        Ok((State::FirstElement, 1))
    }

    fn end(&self) -> Result<State, Fault> {
        if self.found {
            Ok(State::End)
        } else {
            Err(Fault::NoEmployees)
        }
    }

    fn count(&mut self) -> Result<(), Fault> {
        self.elements += 1;
        self.value = ValueScan::default();
        if self.elements > self.limits.elements {
            Err(Fault::TooMany)
        } else {
            Ok(())
        }
    }

    /// Whether the key just read says `employees`, escapes resolved.
    fn is_employees(&self) -> bool {
        if !self.key.contains(&b'\\') {
            return self.key == b"employees\"";
        }
        let quoted = [b"\"", self.key.as_slice()].concat();
        serde_json::from_slice::<String>(&quoted).is_ok_and(|key| key == "employees")
    }

    /// Reads on in a top-level key, of which only the beginning is kept.
    fn key(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let end = self.value.advance(bytes, self.limits.depth)?;
        let taken = end.unwrap_or(bytes.len());
        let room = KEY_BYTES.saturating_sub(self.key.len());
        self.key.extend_from_slice(&bytes[..taken.min(room)]);
        self.skipped(taken)?;
        if end.is_some() {
            self.state = State::Colon;
        }
        Ok(taken)
    }

    fn skip(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let end = self.value.advance(bytes, self.limits.depth)?;
        let taken = end.unwrap_or(bytes.len());
        self.skipped(taken)?;
        if end.is_some() {
            self.state = State::AfterValue;
        }
        Ok(taken)
    }

    fn skipped(&mut self, bytes: usize) -> Result<(), Fault> {
        self.skipped += bytes as u64;
        if self.skipped > SKIPPED_BYTES {
            Err(Fault::TooLarge)
        } else {
            Ok(())
        }
    }

    fn element(&mut self, bytes: &[u8], each: &mut impl FnMut(&[u8])) -> Result<usize, Fault> {
        let end = self.value.advance(bytes, self.limits.depth)?;
        let taken = end.unwrap_or(bytes.len());
        if self.element.len() + taken > self.limits.element_bytes {
            return Err(Fault::TooLarge);
        }
        match end {
            Some(end) if self.element.is_empty() => each(&bytes[..end]),
            _ => self.element.extend_from_slice(&bytes[..taken]),
        }
        if end.is_some() {
            if !self.element.is_empty() {
                each(&self.element);
                self.element.clear();
            }
            self.state = State::AfterElement;
        }
        Ok(taken)
    }
}

/// Walks over one value, whatever it is, to find where it ends.
#[derive(Clone, Copy, Debug, Default)]
struct ValueScan {
    depth: u32,
    /// One bit per open bracket, the innermost lowest: set for an object.
    objects: u64,
    in_string: bool,
    escaped: bool,
    in_scalar: bool,
}

impl ValueScan {
    /// The place after the value's last byte, or nothing while it goes on.
    fn advance(&mut self, bytes: &[u8], depth: u32) -> Result<Option<usize>, Fault> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                let Some(next) = self.string(bytes, at) else {
                    return Ok(None);
                };
                at = next;
                if !self.in_string && self.depth == 0 {
                    return Ok(Some(at));
                }
                continue;
            }
            match bytes[at] {
                b'"' if !self.in_scalar => self.in_string = true,
                b'{' if !self.in_scalar => self.open(1, depth)?,
                b'[' if !self.in_scalar => self.open(0, depth)?,
                b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if self.in_scalar => {
                    return Ok(Some(at));
                }
                b'}' => self.close(1)?,
                b']' => self.close(0)?,
                _ if self.depth == 0 => self.scalar(bytes[at])?,
                _ => {
                    at += 1;
                    continue;
                }
            }
            at += 1;
            if self.depth == 0 && !self.in_string && !self.in_scalar {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Reads on in a string; gives the place after its end or after a backslash.
    fn string(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        if self.escaped {
            self.escaped = false;
            return Some(at + 1);
        }
        let stop = at + quote_or_backslash(&bytes[at..])?;
        if bytes[stop] == b'"' {
            self.in_string = false;
        } else {
            self.escaped = true;
        }
        Some(stop + 1)
    }

    fn open(&mut self, object: u64, depth: u32) -> Result<(), Fault> {
        if self.depth >= depth.min(u64::BITS) {
            return Err(Fault::TooDeep);
        }
        self.depth += 1;
        self.objects = self.objects << 1 | object;
        Ok(())
    }

    fn close(&mut self, object: u64) -> Result<(), Fault> {
        if self.depth == 0 || self.objects & 1 != object {
            return Err(Fault::NotJson);
        }
        self.depth -= 1;
        self.objects >>= 1;
        Ok(())
    }

    /// A bare number or word: only bytes that one can be made of, so that a page of anything else
    /// fails at its first byte.
    fn scalar(&mut self, byte: u8) -> Result<(), Fault> {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.') {
            self.in_scalar = true;
            Ok(())
        } else {
            Err(Fault::NotJson)
        }
    }
}

/// Most keys and values are short: setting up a vectorised search costs more than they do, so the
/// first bytes are looked at eight at a time.
fn quote_or_backslash(bytes: &[u8]) -> Option<usize> {
    const SHORT: usize = 32;
    let mut at = 0;
    while let Some(eight) = bytes[at..].first_chunk::<8>().filter(|_| at < SHORT) {
        let word = u64::from_le_bytes(*eight);
        let found = holds(word, b'"') | holds(word, b'\\');
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + memchr2(b'"', b'\\', &bytes[at..])?)
}

/// The highest bit of the first byte that has this value; bits above it mean nothing.
fn holds(word: u64, byte: u8) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    let differs = word ^ (ONES * u64::from(byte));
    differs.wrapping_sub(ONES) & !differs & (ONES << 7)
}

#[cfg(test)]
mod tests;
