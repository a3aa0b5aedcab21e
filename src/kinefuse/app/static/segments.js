// The seven places of a sensor and the joints between them, as the program has them.

export const SEGMENTS = ["pelvis", "thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l"];

const WORDS = {
  pelvis: "pelvis", thigh_r: "right thigh", shank_r: "right shank", foot_r: "right foot",
  thigh_l: "left thigh", shank_l: "left shank", foot_l: "left foot",
};

const JOINTS = [
  ["right hip", "pelvis", "thigh_r"], ["right knee", "thigh_r", "shank_r"], ["right ankle", "shank_r", "foot_r"],
  ["left hip", "pelvis", "thigh_l"], ["left knee", "thigh_l", "shank_l"], ["left ankle", "shank_l", "foot_l"],
];

export function words(segment) {
  return WORDS[segment] ?? segment;
}

// Segment names within a sentence of the program, in words.
export function readable(sentence) {
  return sentence.replace(/\b(thigh|shank|foot|hip|knee|ankle)_([rl])\b/g, (_, part, side) => `${side === "r" ? "right" : "left"} ${part}`);
}

export function joints(sensors) {
  return JOINTS.filter(([, above, below]) => sensors[above] && sensors[below]).map(([name]) => name);
}

export function side(segment) {
  return segment.endsWith("_r") ? "r" : segment.endsWith("_l") ? "l" : "m";
}
