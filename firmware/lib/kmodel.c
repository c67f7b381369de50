// standalone-sdk@02576ba lib/drivers/include/kpu.h:352-668 (the file), lib/drivers/kpu.c:788-1380 (the layers) [sdk].
#include "kmodel.h"

#include <stdbool.h>

#include "exponential.h"
#include "k210.h"

enum layer_type { GLOBAL_AVERAGE_POOL2D = 5, DEQUANTIZE = 12, SOFTMAX = 15, K210_CONV = 10240 };
enum { MAX_LAYERS = 32, EIGHT_BIT_WEIGHTS = 1, MAIN_MEM_OUT = 1 };

struct header {
    uint32_t version, flags, arch, layers, max_start_address, main_mem_usage, outputs;
};
struct range {
    uint32_t start, size;
};
struct layer_header {
    uint32_t type, body_size;
};
struct conv {
    uint32_t flags, main_mem_out, layer_offset, weights_offset, bn_offset, act_offset;
};
struct dequantize {
    uint32_t flags, in, out, count;
    float scale, bias;
};
struct global_average {
    uint32_t flags, in, out, kernel_size, channels;
};
struct softmax {
    uint32_t flags, in, out, channels;
};

static DMA_BUFFER volatile uint8_t model[KMODEL_MAX_BYTES];
static DMA_BUFFER volatile uint8_t main_memory[KMODEL_MAIN_MEMORY_BYTES];

static unsigned layer_count, kpu_layer_count;
static struct {
    uint32_t type;
    const volatile void* body;
} layers[MAX_LAYERS];

static bool known(uint32_t type) {
    return type == GLOBAL_AVERAGE_POOL2D || type == DEQUANTIZE || type == SOFTMAX || type == K210_CONV;
}

const char* kmodel_load(const uint8_t* bytes, size_t size) {
    layer_count = kpu_layer_count = 0;
    if (size > sizeof model) return "model: too large";
    for (size_t i = 0; i < size; ++i) model[i] = bytes[i];

    const volatile struct header* header = (const volatile struct header*)model;
    if (header->version != 3 || header->arch != 0) return "model: not of version 3";
    if (header->main_mem_usage > sizeof main_memory) return "model: needs too much memory";
    if (header->layers > MAX_LAYERS) return "model: has too many layers";
    kpu_init(header->flags & EIGHT_BIT_WEIGHTS);

    size_t table = sizeof *header + header->outputs * sizeof(struct range);
    size_t body = table + header->layers * sizeof(struct layer_header);
    for (; layer_count < header->layers; ++layer_count, table += sizeof(struct layer_header)) {
        const volatile struct layer_header* layer = (const volatile struct layer_header*)(model + table);
        layers[layer_count].type = layer->type;
        layers[layer_count].body = model + body;
        body += layer->body_size;
        if (!known(layer->type)) return "model: has a layer of an unknown kind";
        if (layer->type == K210_CONV && kpu_layer_count == layer_count) ++kpu_layer_count;
    }
    return NULL;
}

static void read_words(const volatile struct conv* conv, uint64_t words[KPU_LAYER_WORDS]) {
    const volatile uint64_t* from = (const volatile uint64_t*)(model + conv->layer_offset);
    for (unsigned i = 0; i < KPU_LAYER_WORDS; ++i) words[i] = from[i];
}

static void run_conv(const volatile struct conv* conv) {
    uint64_t words[KPU_LAYER_WORDS];
    read_words(conv, words);
    const struct kpu_parameters parameters = {
        .weights = model + conv->weights_offset,
        .norm = model + conv->bn_offset,
        .activation = model + conv->act_offset,
    };
    kpu_run(words, &parameters, conv->flags & MAIN_MEM_OUT ? main_memory + conv->main_mem_out : NULL);
}

static volatile float* floats(uint32_t address) {
    return (volatile float*)(main_memory + address);
}

static void run_dequantize(const volatile struct dequantize* layer) {
    const volatile uint8_t* in = main_memory + layer->in;
    volatile float* out = floats(layer->out);
    const float scale = layer->scale, bias = layer->bias;
    for (uint32_t i = 0; i < layer->count; ++i) out[i] = (float)in[i] * scale + bias;
}

static void run_global_average(const volatile struct global_average* layer) {
    const volatile float* in = floats(layer->in);
    volatile float* out = floats(layer->out);
    for (uint32_t channel = 0; channel < layer->channels; ++channel) {
        float sum = 0;
        for (uint32_t i = 0; i < layer->kernel_size; ++i) sum += *in++;
        out[channel] = sum / (float)layer->kernel_size;
    }
}

static void run_softmax(const volatile struct softmax* layer) {
    const volatile float* in = floats(layer->in);
    volatile float* out = floats(layer->out);
    float most = in[0], sum = 0;
    for (uint32_t i = 1; i < layer->channels; ++i)
        if (in[i] > most) most = in[i];
    for (uint32_t i = 0; i < layer->channels; ++i) sum += out[i] = exponential(in[i] - most);
    for (uint32_t i = 0; i < layer->channels; ++i) out[i] /= sum;
}

void kmodel_run(void) {
    for (unsigned i = 0; i < layer_count; ++i) {
        const volatile void* body = layers[i].body;
        switch (layers[i].type) {
            case K210_CONV: run_conv(body); break;
            case DEQUANTIZE: run_dequantize(body); break;
            case GLOBAL_AVERAGE_POOL2D: run_global_average(body); break;
            case SOFTMAX: run_softmax(body); break;
            default: break;
        }
    }
}

const volatile float* kmodel_output(unsigned* count) {
    const volatile struct range* output = (const volatile struct range*)(model + sizeof(struct header));
    *count = output->size / sizeof(float);
    return floats(output->start);
}

unsigned kmodel_kpu_layers(void) {
    return kpu_layer_count;
}

struct kpu_map kmodel_kpu_map(unsigned index) {
    uint64_t words[KPU_LAYER_WORDS];
    read_words(layers[index].body, words);
    return kpu_output(words);
}
