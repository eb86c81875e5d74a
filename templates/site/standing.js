/* Places, their intervals and groups, for any choice of metric, image sets and rows: the same numbers as
   fxreport/analysis/quantities/standing.py, from the same draws. No page is needed: Node runs it as well. */
"use strict";

(() => {
  /* --- NumPy's frozen generator (RandomState): Mersenne Twister, polar normals, gamma by rejection --- */

  class Random {
    constructor(seed) {
      const key = (this.key = new Uint32Array(624));
      key[0] = seed;
      for (let i = 1; i < 624; i++) key[i] = Math.imul(1812433253, key[i - 1] ^ (key[i - 1] >>> 30)) + i;
      this.at = 624;
      this.kept = null; // normals come in pairs
    }

    word() {
      const key = this.key;
      if (this.at === 624) {
        for (let i = 0; i < 624; i++) {
          const y = (key[i] & 0x80000000) | (key[(i + 1) % 624] & 0x7fffffff);
          key[i] = key[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
        }
        this.at = 0;
      }
      let y = key[this.at++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    }

    uniform() {
      const high = this.word() >>> 5, low = this.word() >>> 6;
      return (high * 67108864 + low) / 9007199254740992;
    }

    normal() {
      if (this.kept !== null) {
        const kept = this.kept;
        this.kept = null;
        return kept;
      }
      for (;;) {
        const x = 2 * this.uniform() - 1, y = 2 * this.uniform() - 1, square = x * x + y * y;
        if (square >= 1 || square === 0) continue;
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.kept = scale * x;
        return scale * y;
      }
    }

    exponential() {
      return -Math.log(1 - this.uniform());
    }

    gamma(shape) {
      if (shape === 1) return this.exponential();
      if (shape < 1) {
        for (;;) {
          const u = this.uniform(), v = this.exponential();
          if (u <= 1 - shape) {
            const x = u ** (1 / shape);
            if (x <= v) return x;
          } else {
            const y = -Math.log((1 - u) / shape), x = (1 - shape + shape * y) ** (1 / shape);
            if (x <= v + y) return x;
          }
        }
      }
      const b = shape - 1 / 3, c = 1 / Math.sqrt(9 * b);
      for (;;) {
        let x, v;
        do {
          x = this.normal();
          v = 1 + c * x;
        } while (v <= 0);
        v = v * v * v;
        const u = this.uniform();
        if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
        if (Math.log(u) < 0.5 * x * x + b * (1 - v + Math.log(v))) return b * v;
      }
    }

    chisquare(freedom) {
      return 2 * this.gamma(freedom / 2);
    }
  }

  /* --- sums, equality, Student's distribution --- */

  /** The exactly rounded sum, as Python's math.fsum (Shewchuk 1997, Discrete & Computational Geometry 18:305–363). */
  function fsum(values) {
    const parts = [];
    for (let i = 0; i < values.length; i++) {
      let x = values[i], kept = 0;
      for (let k = 0; k < parts.length; k++) {
        const y = parts[k], high = x + y;
        const low = Math.abs(x) < Math.abs(y) ? x - (high - y) : y - (high - x);
        if (low) parts[kept++] = low;
        x = high;
      }
      parts.length = kept;
      parts.push(x);
    }
    let n = parts.length, high = n ? parts[--n] : 0, low = 0;
    while (n) {
      const x = high, y = parts[--n];
      high = x + y;
      low = y - (high - x);
      if (low) break;
    }
    // half of a last digit goes the way of what is below it
    if (n && ((low < 0 && parts[n - 1] < 0) || (low > 0 && parts[n - 1] > 0))) {
      const twice = low * 2, x = high + twice;
      if (twice === x - high) high = x;
    }
    return high;
  }

  const mean = values => fsum(values) / values.length;

  /** Whether two means are the same number but for the order in which their terms were added. */
  const equal = (a, b) => Math.abs(a - b) <= Math.max(1e-9 * Math.max(Math.abs(a), Math.abs(b)), 1e-12);

  function varianceOfMean(values) {
    if (values.every(x => equal(x, values[0]))) return 0;
    const middle = mean(values);
    return fsum(values.map(x => (x - middle) ** 2)) / (values.length - 1) / values.length;
  }

  /** log Γ by Lanczos' series (SIAM Journal on Numerical Analysis B 1:86–96, 1964). */
  function logGamma(x) {
    const terms = [
      676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
      -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];
    const base = x + 6.5;
    const sum = terms.reduce((total, term, i) => total + term / (x + i), 0.99999999999980993);
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
  }

  /** Continued fraction of the incomplete beta function, by Lentz's method. */
  function betaFraction(a, b, x) {
    const apart = y => (Math.abs(y) < 1e-300 ? 1e-300 : y);
    let c = 1, d = 1 / apart(1 - ((a + b) * x) / (a + 1)), found = d;
    for (let m = 1; m < 10000; m++) {
      for (const step of [
        (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
        (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
      ]) {
        d = 1 / apart(1 + step * d);
        c = apart(1 + step / c);
        found *= d * c;
      }
      if (Math.abs(d * c - 1) < 1e-16) break;
    }
    return found;
  }

  /** Student's cumulative distribution function. */
  function student(t, freedom) {
    const a = freedom / 2, b = 0.5, y = (t * t) / (freedom + t * t), x = 1 - y;
    if (y === 0) return 0.5;
    const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log1p(-y) + b * Math.log(y));
    const beyond = x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, y)) / b;
    return t > 0 ? 1 - beyond / 2 : beyond / 2;
  }

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
    const seeds = ours[0].seeds, all = [...ours, ...theirs];
    if (all.some(cell => cell.seeds !== seeds)) {
      const parts = all.map(cell => cell.values.map(x => x / count)), variances = parts.map(varianceOfMean);
      const total = fsum(variances), spread = fsum(variances.map((v, i) => v ** 2 / (parts[i].length - 1)));
      return {
        mean: fsum(ours.map(cell => cell.mean)) / count - fsum(theirs.map(cell => cell.mean)) / count,
        variance: total,
        freedom: spread > 0 ? total ** 2 / spread : Infinity,
      };
    }
    const values = seeds.map((_, i) => fsum(ours.map((cell, k) => cell.values[i] - theirs[k].values[i])) / count);
    const own = varianceOfMean(values);
    const shared = sets.reduce((sum, one, k) => sum + sharedVariance(one, ours[k], theirs[k]), 0) / count ** 2;
    const freedom = own > 0 ? ((values.length - 1) * (own + shared)) / own : Infinity;
    return { mean: mean(values), variance: own + shared, freedom };
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
    if (data.sums?.metric !== metric) data.sums = { metric, of: [] };
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

  /* --- costs and numbers as text --- */

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

  /** A number with so many decimals, halves to the even digit as Python's format does. */
  function fixed(x, decimals) {
    if (x >= 1e21) return BigInt(x) + (decimals ? `.${"0".repeat(decimals)}` : "");
    const text = x.toFixed(decimals), part = (x * Number(`1e${decimals}`)) % 1;
    if (Math.abs(part - 0.5) > 1e-6 || !/^50*$/.test(x.toFixed(100).split(".")[1].slice(decimals))) return text;
    // an exact half, which toFixed takes up
    return "13579".includes(text[text.length - 1]) ? text.slice(0, -1) + (text[text.length - 1] - 1) : text;
  }

  /** Numbers of a language, as fxreport/report/words.py writes them. */
  function numbers({ decimal, group, minus }) {
    const number = (value, decimals) => {
      const [digits, rest] = fixed(Number(fixed(Math.abs(value), 12)), decimals).split(".");
      const text = digits.replace(/\B(?=(\d{3})+$)/g, group) + (rest ? decimal + rest : "");
      return value < 0 && /[1-9]/.test(text) ? minus + text : text;
    };
    const significant = (value, digits) => {
      if (value === 0) return number(0, 0);
      const exponent = Number(Math.abs(value).toExponential(digits - 1).split("e")[1]);
      return number(value, Math.min(Math.max(0, digits - 1 - exponent), 8));
    };
    const measured = ({ shown, decimals }, value) => {
      if (shown === "percent") return number(100 * value, 1);
      if (shown === "bytes") return significant(value / 1e6, 3);
      if (shown === "seconds") return value >= 0.1 || value === 0 ? number(value, 2) : significant(value, 2);
      return value && Math.abs(value) < Number(`1e-${decimals}`) ? significant(value, 2) : number(value, decimals);
    };
    return { number, significant, measured };
  }

  globalThis.fxreportStanding = { standing, intervals, seconds, cells, numbers, fsum, student, Random };
})();
