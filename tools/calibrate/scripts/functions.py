# Small functions of the kind that github.com/MonishECE/K210-MicroPython-Determinism-Benchmark times, with the same
# work: the samples are printed as its scripts print theirs.
import gc, time

left = [[row + column for column in range(8)] for row in range(8)]
right = [[row * column for column in range(8)] for row in range(8)]
product = [[0] * 8 for row in range(8)]
numbers = [number for number in range(500)]


def sort_bubbles():
    data = [64, 34, 25, 12, 22, 11, 90, 5, 1, 77, 88, 33, 17, 42, 56, 73, 18, 29, 44, 91]
    n = len(data)
    for done in range(n):
        for at in range(n - done - 1):
            if data[at] > data[at + 1]:
                data[at], data[at + 1] = data[at + 1], data[at]


def multiply_matrices():
    for row in range(8):
        for column in range(8):
            sum = 0
            for k in range(8):
                sum += left[row][k] * right[k][column]
            product[row][column] = sum


def count_rabbits():
    old = 0
    young = 1
    for month in range(25):
        before = old
        old = young
        young = before + young


def set_elements():
    for index in range(500):
        numbers[index] = index


def create_lists():
    lists = []
    for first in range(6):
        lists.append([first])
    sum = 0
    for one in lists:
        sum += one[0]
    return sum


def sample(name, function):
    for warming in range(5):
        function()
    samples = []
    for repetition in range(51):
        start = time.ticks_us()
        function()
        samples.append(time.ticks_diff(time.ticks_us(), start))
    gc.collect()
    print("BENCHMARK=" + name + ",GC=ENABLED")
    print(",".join(str(us) for us in samples))
    print("RAW_DATA_END")


sample("Bubble Sort", sort_bubbles)
sample("Matrix Multiply", multiply_matrices)
sample("Fibonacci", count_rabbits)
sample("List Update", set_elements)
sample("Dynamic List Creation", create_lists)
print("benchmarks", "done")
