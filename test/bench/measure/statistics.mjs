export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** The value a share of the numbers is below, between two of them where it falls there. */
export function quantile(numbers, share) {
  const sorted = Float64Array.from(numbers).toSorted();
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

export function rangeOf(numbers, digits = 0) {
  return `${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)}`;
}
