// The sound at the end of a timer: three soft tones, made here, so that nothing is fetched for it.

const TONES_HZ = [523.25, 659.25, 783.99];
const APART_S = 0.28;
const RINGS_S = 1.6;
const LOUDNESS = 0.12;

export class Chime {
  private context: AudioContext | null = null;

  /** A person has touched the page: from now on it may sound, until the system takes that back (a phone that was locked). */
  wake(): void {
    if (!("AudioContext" in window) || this.context?.state === "running") return;
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  ring(): void {
    const { context } = this;
    if (context === null || context.state !== "running") return;
    TONES_HZ.forEach((pitch, at) => {
      const start = context.currentTime + at * APART_S;
      const tone = new OscillatorNode(context, { frequency: pitch, type: "sine" });
      const loudness = new GainNode(context, { gain: 0 });
      loudness.gain.setValueAtTime(0, start);
      loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.04);
      loudness.gain.exponentialRampToValueAtTime(0.0001, start + RINGS_S);
      tone.connect(loudness).connect(context.destination);
      tone.start(start);
      tone.stop(start + RINGS_S);
    });
  }
}
