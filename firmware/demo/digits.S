# The model, as tools/kmodel/build_model makes it.
    .section .rodata.digits, "a"
    .globl digits_kmodel
    .globl digits_kmodel_end
    .balign 8
digits_kmodel:
    .incbin "digits.kmodel"
digits_kmodel_end:
