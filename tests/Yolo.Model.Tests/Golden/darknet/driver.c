/* Asks Darknet what a network makes of an image. README.md beside this says how it is built and run.
 *
 *   driver CFG VERSION WIDTH HEIGHT RESIZE THRESHOLD OUTPUT [WEIGHTS IMAGE]
 *
 * VERSION is the 0.VERSION.0 of the .weights file that is written, RESIZE stretch or letterbox. Weights and the WIDTH x HEIGHT image are
 * pseudo-random unless WEIGHTS and IMAGE name files. Writes OUTPUT.weights, OUTPUT.head.f32.bin (what the layer before [region] makes) and OUTPUT.txt
 * (a detection a line: class, score, left, top, right, bottom in pixels of the image, not clipped). */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "darknet.h"
#ifndef PJREDDIE
#include "parser.h"
#endif

static uint32_t state;

/* Uniform, from low to high: the upper 24 bits of a linear congruential generator. */
static float draw(float low, float high)
{
    state = state * 1664525u + 1013904223u;
    return low + (high - low) * ((float)(state >> 8) / 16777216.0f);
}

static void write_uniform(FILE *file, int count, float low, float high)
{
    for (int i = 0; i < count; ++i) {
        float value = draw(low, high);
        fwrite(&value, sizeof value, 1, file);
    }
}

static void write_weights(const network *net, int version, const char *path)
{
    FILE *file = fopen(path, "wb");
    int32_t header[3] = {0, version, 0};
    uint64_t seen = 123456;
    fwrite(header, sizeof header, 1, file);
    fwrite(&seen, version >= 2 ? 8 : 4, 1, file);
    state = 1;
    for (int i = 0; i < net->n; ++i) {
        const layer *l = &net->layers[i];
        if (l->type != CONVOLUTIONAL)
            continue;
        int inputs = l->nweights / l->n;
        float limit = sqrtf((i == net->n - 2 ? 1.5f : 6.0f) / inputs);
        write_uniform(file, l->n, -0.5f, 0.5f);
        if (l->batch_normalize) {
            write_uniform(file, l->n, 0.5f, 1.5f);
            write_uniform(file, l->n, -0.5f, 0.5f);
            write_uniform(file, l->n, 0.5f, 1.5f);
        }
        write_uniform(file, l->n * inputs, -limit, limit);
    }
    fclose(file);
}

/* Tiles of 5 x 5 pixels of one colour, with noise: red, green, blue of a pixel one after the other. */
static image random_image(int width, int height)
{
    image im = make_image(width, height, 3);
    state = 2;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < 3; ++c) {
                int tile = (x / 5 * 59 + y / 5 * 83 + c * 101) % 224;
                im.data[(c * height + y) * width + x] = (tile + (int)draw(0, 32)) / 255.0f;
            }
        }
    }
    return im;
}

int main(int argc, char **argv)
{
    if (argc != 8 && argc != 10)
        return fprintf(stderr, "see the head of driver.c\n"), 2;
    int width = atoi(argv[3]), height = atoi(argv[4]), letterbox = strcmp(argv[5], "letterbox") == 0, count;
    float threshold = atof(argv[6]);
    char path[4096];
#ifdef PJREDDIE
    network *net = parse_network_cfg(argv[1]);
    set_batch_network(net, 1);
#else
    network value = parse_network_cfg_custom(argv[1], 1, 1), *net = &value;
#endif
    snprintf(path, sizeof path, "%s.weights", argv[7]);
    if (argc == 8)
        write_weights(net, atoi(argv[2]), path);
    load_weights(net, argc == 8 ? path : argv[8]);
#ifndef PJREDDIE
    fuse_conv_batchnorm(*net);
    calculate_binary_weights(*net);
#endif

    image im = argc == 8 ? random_image(width, height) : load_image_color(argv[9], 0, 0);
    image sized = letterbox ? letterbox_image(im, net->w, net->h) : resize_image(im, net->w, net->h);
#ifdef PJREDDIE
    network_predict(net, sized.data);
#else
    network_predict(*net, sized.data);
#endif
    layer head = net->layers[net->n - 2], region = net->layers[net->n - 1];
    snprintf(path, sizeof path, "%s.head.f32.bin", argv[7]);
    FILE *file = fopen(path, "wb");
    fwrite(head.output, sizeof(float), head.outputs, file);
    fclose(file);

#ifdef PJREDDIE
    detection *found = get_network_boxes(net, im.w, im.h, threshold, 0.5f, 0, 0, &count);
#else
    detection *found = get_network_boxes(net, im.w, im.h, threshold, 0.5f, 0, 0, &count, letterbox);
#endif
    float nearest = 1;
    for (int i = 0; i < count; ++i) {
        for (int c = 0; c < region.classes; ++c) {
            if (found[i].prob[c] > 0)
                nearest = fminf(nearest, found[i].prob[c] - threshold);
        }
    }
    do_nms_sort(found, count, region.classes, 0.45f);
    snprintf(path, sizeof path, "%s.txt", argv[7]);
    file = fopen(path, "w");
    int kept = 0;
    for (int i = 0; i < count; ++i) {
        box b = found[i].bbox;
        for (int c = 0; c < region.classes; ++c) {
            if (found[i].prob[c] > 0) {
                fprintf(file, "%d %.9g %.9g %.9g %.9g %.9g\n", c, found[i].prob[c], b.x - b.w / 2, b.y - b.h / 2, b.x + b.w / 2, b.y + b.h / 2);
                ++kept;
            }
        }
    }
    fclose(file);
    fprintf(stderr, "%s: %d detections, lowest score %g above the threshold\n", argv[7], kept, nearest);
    return 0;
}
