import { Color, DirectionalLight, GridHelper, HemisphereLight, MeshStandardMaterial, PerspectiveCamera, Scene, WebGLRenderer } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

import type { Recording } from "../recording.ts";
import { colour } from "../theme.ts";
import { BodyView, type Paint } from "./body_view.ts";

/** Directions to look from: the person faces +x and has +z to the right. */
export const CAMERAS: Record<string, [number, number, number]> = {
  corner: [2.4, 1.0, 2.2], front: [3.3, 0.8, 0], side: [0, 0.8, 3.3], back: [-3.3, 0.8, 0], top: [0.01, 3.6, 0],
};
const MIDDLE_M = 0.55; // half of somebody's height up to the lowest ribs

/** The lit floor with the body, and its ghost, upon it. */
export class Stage {
  readonly body: BodyView;
  readonly ghost: BodyView | null;
  walkOn = false;
  private readonly renderer = new WebGLRenderer({ antialias: true });
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(28, 1, 0.05, 60);
  private readonly orbit: OrbitControls;
  private readonly grid = new GridHelper(12, 24, 0xffffff, 0xffffff); // coloured by its material
  private readonly paints: Record<string, MeshStandardMaterial>;
  private stale = true;
  private shown_s = NaN;
  /** How often the scene was drawn. */
  drawn = 0;

  constructor(private readonly place: HTMLElement, private readonly recording: Recording) {
    const { packed } = recording;
    const solid = () => new MeshStandardMaterial({ roughness: 0.6 });
    const paint: Paint = { bone: solid(), r: solid(), l: solid(), box: solid() };
    const thin = new MeshStandardMaterial({ transparent: true, opacity: 0.4, depthWrite: false });
    this.paints = { "--bone": paint.bone, "--right": paint.r, "--left": paint.l, "--box": paint.box, "--phantom": thin };
    this.body = new BodyView(recording.estimate.measured, packed.body, paint);
    this.body.wear(packed.sensors, paint.box);
    this.ghost = recording.truth && new BodyView(recording.truth.measured, packed.body, { bone: thin, r: thin, l: thin, box: thin });
    this.paint();
    const sun = new DirectionalLight(0xffffff, 2);
    sun.position.set(2, 4, 3);
    this.scene.add(new HemisphereLight(0xffffff, 0x8a8f98, 1.6), sun, this.grid, this.body.group);
    if (this.ghost) this.scene.add(this.ghost.group);
    place.append(this.renderer.domElement);
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.orbit = new OrbitControls(this.camera, this.renderer.domElement);
    this.orbit.target.set(0, MIDDLE_M, 0);
    this.orbit.addEventListener("change", () => this.refresh());
    this.lookFrom("corner");
    new ResizeObserver(() => this.fit()).observe(place);
    this.fit();
  }

  lookFrom(name: string): void {
    const [x, y, z] = CAMERAS[name];
    this.camera.position.set(x, y + MIDDLE_M, z);
    this.orbit.update();
    this.refresh();
  }

  /** Takes the colours of the page's theme. */
  paint(): void {
    for (const [name, material] of Object.entries(this.paints)) material.color.set(colour(name));
    this.scene.background = new Color(colour("--sky"));
    this.grid.material.color.set(colour("--floor"));
    this.refresh();
  }

  /** Something other than the time has changed: draw again. */
  refresh(): void {
    this.stale = true;
  }

  /** Draws the moment, unless it is there already. */
  show(time_s: number): void {
    if (!this.stale && time_s === this.shown_s) return;
    this.stale = false;
    this.shown_s = time_s;
    this.drawn++;
    const sample = this.recording.sampleAt(time_s);
    const pose = this.recording.estimate.at(sample);
    this.body.show(pose, pose.hipsAboveFloor_m);
    if (this.ghost && this.recording.truth) this.ghost.show(this.recording.truth.at(sample), pose.hipsAboveFloor_m);
    const [x, z] = this.walkOn ? this.recording.travelAt(time_s) : [0, 0];
    this.grid.position.set(-x % 1, 0, -z % 1);
    this.renderer.render(this.scene, this.camera);
  }

  private fit(): void {
    const { clientWidth, clientHeight } = this.place;
    this.renderer.setSize(clientWidth, clientHeight);
    this.camera.aspect = clientWidth / Math.max(clientHeight, 1);
    this.camera.updateProjectionMatrix();
    this.refresh();
  }
}
