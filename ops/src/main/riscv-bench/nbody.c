/* Five bodies that attract each other, in double precision: additions, products, roots, divisions. */
#include "runtime.h"

const char kernel_name[] = "nbody";

#define BODIES 5
#define STEPS 120000
#define PI 3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS 365.24

struct body {
  double x, y, z, vx, vy, vz, mass;
};

/* The sun and the outer planets on 1 January 1980, in astronomical units, years and solar masses. */
static const struct body initial[BODIES] = {
    {0, 0, 0, 0, 0, 0, SOLAR_MASS},
    {4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694 * DAYS,
        0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS,
        0.000954791938424326609 * SOLAR_MASS},
    {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411 * DAYS,
        0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS,
        0.000285885980666130812 * SOLAR_MASS},
    {12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618 * DAYS,
        0.00237847173959480950 * DAYS, -0.0000296589568540237556 * DAYS,
        0.0000436624404335156298 * SOLAR_MASS},
    {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322 * DAYS,
        0.00162824170038242295 * DAYS, -0.0000951592254519715870 * DAYS,
        0.0000515138902046611451 * SOLAR_MASS}};

static struct body bodies[BODIES];

void prepare(void) {}

static double __attribute__((noinline)) energy(void) {
  double sum = 0;
  for (int i = 0; i < BODIES; i++) {
    const struct body *a = &bodies[i];
    sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
    for (int j = i + 1; j < BODIES; j++) {
      const struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      sum -= a->mass * b->mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

static void __attribute__((noinline)) advance(double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double squared = dx * dx + dy * dy + dz * dz;
      double magnitude = dt / (squared * __builtin_sqrt(squared));
      a->vx -= dx * b->mass * magnitude;
      a->vy -= dy * b->mass * magnitude;
      a->vz -= dz * b->mass * magnitude;
      b->vx += dx * a->mass * magnitude;
      b->vy += dy * a->mass * magnitude;
      b->vz += dz * a->mass * magnitude;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    struct body *body = &bodies[i];
    body->x += dt * body->vx;
    body->y += dt * body->vy;
    body->z += dt * body->vz;
  }
}

u64 work(void) {
  memcpy(bodies, initial, sizeof bodies);
  u64 checksum = bits_of(energy());
  for (int i = 0; i < STEPS; i++) {
    advance(0.001);
  }
  return mix(checksum, bits_of(energy()));
}
