//! A service over its real listeners, on both engines.
