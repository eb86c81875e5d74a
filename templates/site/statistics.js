/* Random numbers, sums, Student's distribution and numbers as text, each as Python and NumPy have them.
   No page is needed: Node runs this as well. */
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
  const parts = [];
  function fsum(values) {
    let size = 0;
    for (let i = 0; i < values.length; i++) {
      let x = values[i], kept = 0;
      for (let k = 0; k < size; k++) {
        const y = parts[k], high = x + y;
        const low = Math.abs(x) < Math.abs(y) ? x - (high - y) : y - (high - x);
        if (low) parts[kept++] = low;
        x = high;
      }
      parts[kept] = x;
      size = kept + 1;
    }
    let n = size, high = n ? parts[--n] : 0, low = 0;
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
      const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / apart(1 + even * d);
      c = apart(1 + even / c);
      found *= d * c;
      const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / apart(1 + odd * d);
      c = apart(1 + odd / c);
      found *= d * c;
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

  /* --- numbers as text --- */

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

  globalThis.fxreportStatistics = { Random, fsum, mean, equal, varianceOfMean, student, numbers };
})();
