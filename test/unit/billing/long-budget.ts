/** The full run gives the property tests four minutes, unless told otherwise. */
process.env['EVERBILL_PROPERTY_SECONDS'] ??= '240';
