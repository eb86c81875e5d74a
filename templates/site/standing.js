/* Places, their intervals and groups, for any choice of metric, image sets and rows: the same numbers as
   fxreport/analysis/quantities/standing.py, from the same draws. No page is needed: Node runs it as well. */
"use strict";

(() => {
  const { Random, fsum, mean, equal, varianceOfMean, student } = globalThis.fxreportStatistics;

  /* --- the data: numbers of one study, packed by fxreport/site/table_data.py --- */

  const each = (packed, i) => (Array.isArray(packed) ? packed[i] : packed);

  /** Cells of a metric on a set, by row; null where the metric is not ranked there. Unpacked once. */
  function cells(data, metric, set) {
    const packed = data.metrics[metric].sets.find(one => one.set === set);
    if (!packed || packed.cells) return packed ?? null;
    packed.cells = [];
    let from = 0;
    packed.rows.forEach((row, at) => {
      const seeds = data.seeds[each(packed.seeds, at)], images = each(packed.images, at);
      const values = packed.values.slice(from, (from += seeds.length));
      packed.cells[row] = {
        at, seeds, values, mean: mean(values), place: -1, block: -1, images: images < 0 ? null : data.images[images],
      };
    });
    packed.order.forEach((row, place) => Object.assign(packed.cells[row], { place, block: packed.blocks[place] }));
    packed.square = square(packed.root, packed.order.length);
    return packed;
  }

  /** A symmetric matrix of its rows up to the diagonal, in whole numbers of 10⁻¹². */
  function square(triangle, n) {
    if (!triangle) return null;
    const whole = new Float64Array(n * n);
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j <= i; j++) whole[i * n + j] = whole[j * n + i] = triangle[at++] / 1e12;
    return whole;
  }

  /* --- tie groups: paired intervals of the difference of two means --- */

  /** What shared images add to the variance of the difference of two cells. */
  function sharedVariance(packed, one, other) {
    if (one.images && other.images) {
      const [n, overlap] = one.images, rivals = other.images[0];
      if (overlap === null || !n || !rivals) return 0;
      const variance = (one.mean * (1 - one.mean)) / n + (other.mean * (1 - other.mean)) / rivals;
      return Math.max(variance, 0) * overlap;
    }
    if (!packed.square || one.block < 0 || one.block !== other.block) return 0;
    const n = packed.order.length;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (packed.square[one.place * n + k] - packed.square[other.place * n + k]) ** 2;
    return sum;
  }

  /** Mean, variance and degrees of freedom of a − b of the means over sets, paired where all seeds are the same. */
  function difference(sets, a, b) {
    const ours = sets.map(one => one.cells[a]), theirs = sets.map(one => one.cells[b]), count = sets.length;
    const seeds = ours[0].seeds, apart = new Array(count);
    for (let k = 0; k < count; k++)
      if (ours[k].seeds !== seeds || theirs[k].seeds !== seeds) return unpaired(ours, theirs, count);
    const values = [];
    for (let i = 0; i < seeds.length; i++) {
      for (let k = 0; k < count; k++) apart[k] = ours[k].values[i] - theirs[k].values[i];
      values.push(fsum(apart) / count);
    }
    const own = varianceOfMean(values);
    let shared = 0;
    for (let k = 0; k < count; k++) shared += sharedVariance(sets[k], ours[k], theirs[k]);
    shared /= count ** 2;
    const freedom = own > 0 ? ((values.length - 1) * (own + shared)) / own : Infinity;
    return { mean: mean(values), variance: own + shared, freedom };
  }

  function unpaired(ours, theirs, count) {
    const parts = [...ours, ...theirs].map(cell => cell.values.map(x => x / count)), variances = parts.map(varianceOfMean);
    const total = fsum(variances), spread = fsum(variances.map((v, i) => v ** 2 / (parts[i].length - 1)));
    return {
      mean: fsum(ours.map(cell => cell.mean)) / count - fsum(theirs.map(cell => cell.mean)) / count,
      variance: total,
      freedom: spread > 0 ? total ** 2 / spread : Infinity,
    };
  }

  /** Whether a lead is shown: its interval excludes zero and does not lie inside the margin. */
  function shown(lead, margin, level) {
    const beyond = by =>
      lead.variance > 0 ? student(by / Math.sqrt(lead.variance), Math.min(lead.freedom, 1e6)) > (1 + level) / 2 : by > 0;
    return beyond(lead.mean) && !(beyond(lead.mean + margin) && beyond(margin - lead.mean));
  }

  /* --- places --- */

  /** Rows in runs of equal values, the best first; equals keep the order in which they were given. */
  function ordered(rows, values, up) {
    const given = new Map(rows.map((row, i) => [row, i])), sign = up ? -1 : 1, runs = [];
    for (const row of [...rows].sort((a, b) => sign * (values[a] - values[b]))) {
      const last = runs[runs.length - 1];
      if (last && equal(values[row], values[last[last.length - 1]])) last.push(row);
      else runs.push([row]);
    }
    return runs.map(run => run.sort((a, b) => given.get(a) - given.get(b)));
  }

  /** Means over sets by row, kept while metric and sets stay. */
  function means(data, metric, sets, packed, rows) {
    const key = `${metric}/${sets}`;
    if (data.means?.key !== key) data.means = { key, of: [] };
    for (const row of rows) data.means.of[row] ??= fsum(packed.map(one => one.cells[row].mean)) / sets.length;
    return data.means.of;
  }

  /**
   * Places and groups of rows by the mean of a metric over sets (all by number), the best first:
   * { places: [{ row, value, place, group }], lacking: [[row, sets]], single: rows, spread }.
   * Without `spread` there are no groups and `intervals` must not be asked.
   */
  function standing(data, metric, sets, rows) {
    const packed = sets.map(set => cells(data, metric, set));
    const complete = row => packed.every(one => one?.cells[row]);
    const ranked = sets.length ? rows.filter(complete) : [], rest = rows.filter(row => !complete(row));
    const lacking = rest.map(row => [row, sets.filter((_, i) => !packed[i]?.cells[row])]);
    const values = means(data, metric, sets, packed, ranked);
    const single = ranked.filter(row => packed.some(one => one.cells[row].seeds.length < 2));
    const spread = ranked.length > 0 && !single.length && packed.every(one => one.drawn);
    const { up, margin } = data.metrics[metric], places = [];
    let place = 1, first = null, group = 0;
    for (const run of ordered(ranked, values, up)) {
      for (const row of run) {
        if (spread && first !== null) {
          const lead = difference(packed, first, row);
          if (!up) lead.mean = -lead.mean;
          if (shown(lead, margin, data.level)) first = null;
        }
        if (spread && first === null) {
          first = row;
          group++;
        }
        places.push({ row, value: values[row], place, group: spread ? group : null });
      }
      place += run.length;
    }
    return { places, lacking, single, spread };
  }

  /* --- intervals of places: joint draws --- */

  /** The random numbers of a set's replicates: of seeds, of degrees of freedom, of images. Made once. */
  function weights(data, packed) {
    if (packed.weights) return packed.weights;
    const random = new Random(packed.seed), size = data.replicates;
    const filled = next => Float64Array.from({ length: size }, next), numbers = { seeds: new Map(), scales: new Map() };
    const ranked = packed.order.map(row => packed.cells[row]).filter(cell => cell.seeds.length > 1);
    const others = packed.cells.filter(cell => cell.place < 0 && cell.seeds.length > 1);
    for (const [group, root] of [[ranked, packed.square], [others, null]]) {
      const seeds = new Set(group.flatMap(cell => cell.seeds)), freedoms = new Set(group.map(cell => cell.seeds.length - 1));
      for (const seed of [...seeds].filter(s => !numbers.seeds.has(s)).sort((a, b) => a - b))
        numbers.seeds.set(seed, filled(() => random.normal()));
      for (const f of [...freedoms].filter(f => !numbers.scales.has(f)).sort((a, b) => a - b))
        numbers.scales.set(f, filled(() => Math.sqrt(f / random.chisquare(f)) / Math.sqrt(f * (f + 1))));
      if (root) numbers.images = sharedImages(random, root, group.length, size);
    }
    return (packed.weights = numbers);
  }

  /** What shared images add to each mean: by row of the order, a number for each replicate. */
  function sharedImages(random, root, n, size) {
    const images = Array.from({ length: n }, () => new Float64Array(size)), normal = new Float64Array(n);
    for (let r = 0; r < size; r++) {
      for (let k = 0; k < n; k++) normal[k] = random.normal();
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += normal[k] * root[k * n + j];
        images[j][r] = sum;
      }
    }
    return images;
  }

  /** A row's drawn means of a set, added to `sum` (or taken from it again, by −1). */
  function addDraws(sum, by, cell, numbers, low, high) {
    const { seeds, values, mean: middle, place } = cell, scale = numbers.scales.get(seeds.length - 1), size = sum.length;
    const spread = (numbers.scratch ??= new Float64Array(size)).fill(0), images = place < 0 ? null : numbers.images?.[place];
    for (let i = 0; i < seeds.length; i++) {
      const multipliers = numbers.seeds.get(seeds[i]), off = values[i] - middle;
      for (let r = 0; r < size; r++) spread[r] += off * multipliers[r];
    }
    for (let r = 0; r < size; r++) spread[r] = middle + spread[r] * scale[r];
    if (images) for (let r = 0; r < size; r++) spread[r] += images[r];
    for (let r = 0; r < size; r++) sum[r] += by * Math.min(Math.max(spread[r], low), high);
  }

  /**
   * Each row's draws summed over sets, kept between choices: one set more or less is one addition. These leave
   * the last digits of a sum behind, so that it is made anew in time.
   */
  const MOST_STEPS = 50;
  function summed(data, metric, sets, rows) {
    const { low, high } = data.metrics[metric], size = data.replicates;
    if (data.sums?.metric !== metric) {
      for (const one of data.metrics[data.sums?.metric]?.sets ?? []) delete one.weights; // a megabyte each
      data.sums = { metric, of: [] };
    }
    const steps = (to, from) => to.filter(set => !from.includes(set)).map(set => cells(data, metric, set));
    let known, more, less;
    return rows.map(row => {
      let kept = data.sums.of[row];
      if (known !== kept?.sets || !more) {
        known = kept?.sets;
        [more, less] = [steps(sets, known ?? []), steps(known ?? [], sets)];
      }
      let [add, take] = [more, less];
      if (!kept || more.length + less.length >= sets.length || kept.steps > MOST_STEPS) {
        kept = data.sums.of[row] = { sum: new Float64Array(size), steps: 0 };
        [add, take] = [steps(sets, []), []];
      }
      for (const one of add) addDraws(kept.sum, 1, one.cells[row], weights(data, one), low ?? -Infinity, high ?? Infinity);
      for (const one of take) addDraws(kept.sum, -1, one.cells[row], weights(data, one), low ?? -Infinity, high ?? Infinity);
      kept.steps += add.length + take.length;
      kept.sets = sets;
      return kept.sum;
    });
  }

  /** To the nearest whole number, halves to the even one. */
  const SHIFT = 2 ** 52;
  const whole = x => (Math.abs(x) >= SHIFT ? x : x < 0 ? x - SHIFT + SHIFT : x + SHIFT - SHIFT);

  /** First and last place of each row in every replicate, (rows × replicates); equals hold all of their places. */
  function replicatePlaces(sums, sign, count) {
    const n = sums.length, size = sums[0].length, room = 2 ** Math.ceil(Math.log2(n)), BLOCK = 8;
    const first = new Uint16Array(n * size), order = new Uint16Array(n), table = new Float64Array(BLOCK * n);
    let last = first, most = 0;
    for (const sum of sums) for (let r = 0; r < size; r++) most = Math.max(most, Math.abs(sum[r]));
    // value and row in one exact number, which the engine's own sort of numbers puts in order
    const exact = (most / count) * 1e12 * room < 2 ** 52;
    for (let r = 0; r < size; r++) {
      const b = r % BLOCK, column = table.subarray(b * n, b * n + n);
      if (!b)
        for (let i = 0; i < n; i++)
          for (let k = 0; k < BLOCK && r + k < size; k++) table[k * n + i] = whole(-sign * (sums[i][r + k] / count) * 1e12);
      if (exact) {
        for (let i = 0; i < n; i++) column[i] = i + column[i] * room;
        column.sort();
        for (let k = 0; k < n; k++) {
          const value = Math.floor(column[k] / room);
          order[k] = column[k] - value * room;
          column[k] = value;
        }
      } else {
        for (let i = 0; i < n; i++) order[i] = i;
        order.sort((x, y) => column[x] - column[y]);
        column.sort();
      }
      for (let start = 0, end; start < n; start = end) {
        for (end = start + 1; end < n && column[end] === column[start]; ) end++;
        if (end > start + 1 && last === first) last = first.slice();
        for (let k = start; k < end; k++) {
          first[order[k] * size + r] = start + 1;
          if (last !== first) last[order[k] * size + r] = end;
        }
      }
    }
    return [first, last];
  }

  /** The smallest of whole numbers that a share of all do not exceed. */
  function quantile(numbers, share, most) {
    const counts = new Uint32Array(most + 2), at = numbers.length * share - 1;
    for (const x of numbers) counts[x]++;
    let left = Math.max(Math.ceil(at), 0) + 1, found = 0;
    while ((left -= counts[found]) > 0) found++;
    return found;
  }

  /** Row → [best, worst] place in the middle share of the replicates, for rows that `standing` has ranked. */
  function intervals(data, metric, sets, rows) {
    if (!rows.length) return new Map();
    const tail = (1 - data.level) / 2, size = data.replicates, sums = summed(data, metric, sets, rows);
    const places = replicatePlaces(sums, data.metrics[metric].up ? 1 : -1, sets.length);
    const [first, last] = places.map(of => rows.map((_, i) => of.subarray(i * size, (i + 1) * size)));
    return new Map(
      rows.map((row, i) => [row, [quantile(first[i], tail, rows.length), quantile(last[i], 1 - tail, rows.length)]]),
    );
  }

  /* --- costs --- */

  /** Seconds per thousand images over sets: all time by all images; null where one is not known. */
  function seconds(data, sets, row) {
    if (!data.time) return null;
    const known = sets.map(set => {
      const cell = cells(data, data.time.metric, set)?.cells[row], n = cell && each(data.time.n[set], cell.at);
      return n ? [cell.mean, n] : null;
    });
    if (!known.length || known.includes(null)) return null;
    return (1000 * fsum(known.map(k => k[0]))) / known.reduce((sum, k) => sum + k[1], 0);
  }

  globalThis.fxreportStanding = { standing, intervals, seconds, cells };
})();
