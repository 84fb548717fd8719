//! Employees on their way from the thread that cuts the answer to the one that reads them.

use super::gather::Element;

/// A batch is handed over once it holds so many bytes: a chunk may be far larger, and batches wait in
/// a queue.
const FULL_BYTES: usize = 64 * 1024;

/// Elements of the answer, one after the other.
#[derive(Debug)]
pub(super) struct Batch {
    text: String,
    /// Where in the text each one ends; those that are no text as bytes of their own.
    elements: Vec<Result<usize, Vec<u8>>>,
    bytes: usize,
}

impl Batch {
    /// With room for the element too that makes it full.
    pub(super) fn new() -> Self {
        Self {
            text: String::with_capacity(FULL_BYTES + FULL_BYTES / 4),
            elements: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn add(&mut self, element: &[u8]) {
        self.bytes += element.len();
        self.elements.push(match Element::from(element) {
            Element::Text(text) => {
                self.text.push_str(text);
                Ok(self.text.len())
            }
            Element::Bytes(bytes) => Err(bytes.to_vec()),
        });
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= FULL_BYTES
    }

    pub(super) fn each(&self, mut take: impl FnMut(Element<'_>)) {
        let mut from = 0;
        for element in &self.elements {
            match element {
                Ok(to) => {
                    take(Element::Text(&self.text[from..*to]));
                    from = *to;
                }
                Err(bytes) => take(Element::Bytes(bytes)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_its_order() {
        let elements: [&[u8]; 4] = [b"{\"a\":1}", b"\xff{}", b"", "{\"ż\":2}".as_bytes()];
        let mut batch = Batch::new();
        for element in elements {
            batch.add(element);
        }
        let mut out = Vec::new();
        batch.each(|element| out.push(element.bytes().to_vec()));
        assert_eq!(out, elements);
    }

    #[test]
    fn a_batch_is_full_whether_its_elements_are_text_or_not() {
        for element in [b"x", b"\xff"].map(|byte| byte.repeat(1024)) {
            let mut batch = Batch::new();
            for added in 0..FULL_BYTES / 1024 {
                assert!(!batch.is_full(), "{added}");
                batch.add(&element);
            }
            assert!(batch.is_full());
        }
    }
}
