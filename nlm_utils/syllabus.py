"""The syllabus: which lectures there are, in order, and the exercises of each.

Names stand here as plain text so that looking one up imports nothing; a test holds them to the exercise files.
"""

LECTURES: dict[str, str] = {
    "00_start_here": "Start here",
    "01_ngram_limits": "What n-grams cannot do",
    "02_words_as_vectors": "Words as vectors",
    "03_composition_and_softmax": "Composition and softmax",
    "04_loss": "Loss",
    "05_gradients": "Gradients",
    "06_backpropagation": "Backpropagation",
    "07_optimizers": "Optimizers",
    "08_training_a_language_model": "Training a language model",
    "09_recurrent_networks": "Recurrent networks",
    "10_attention": "Attention",
    "11_transformers": "Transformers",
    "12_state_space_models": "State space models",
    "13_shoot_out": "The shoot-out",
}

EXERCISES: dict[str, tuple[str, ...]] = {
    "00_start_here": ("count_word",),
    "01_ngram_limits": (
        "count_ngrams",
        "mle_probability",
        "unseen_fraction",
        "add_k_probability",
        "interpolated_probability",
    ),
    "02_words_as_vectors": (
        "count_types_and_tokens",
        "encode",
        "one_hot",
        "embed",
        "cosine_similarity",
        "nearest_neighbours",
    ),
    "03_composition_and_softmax": (
        "compose_by_addition",
        "logits",
        "softmax",
        "next_word_distribution",
        "softmax_with_temperature",
    ),
    "04_loss": (
        "negative_log_likelihood",
        "log_softmax",
        "cross_entropy",
        "perplexity",
        "entropy",
        "kl_divergence",
    ),
    "05_gradients": (
        "numerical_gradient",
        "grad_logits",
        "grad_additive_nlm",
        "gradient_step",
        "minibatches",
    ),
    "06_backpropagation": (
        "tanh_backward",
        "matmul_backward",
        "topological_order",
        "backpropagate",
        "unbroadcast",
        "take_backward",
        "log_softmax_backward",
    ),
    "07_optimizers": (
        "momentum_step",
        "rmsprop_step",
        "adam_step",
        "adamw_step",
        "hutchinson_diagonal",
        "sophia_step",
        "warmup_cosine",
    ),
    "08_training_a_language_model": (
        "make_windows",
        "training_step",
        "generate",
        "clip_by_global_norm",
        "feed_forward_context",
        "top_k_filter",
        "top_p_filter",
    ),
    "09_recurrent_networks": (
        "rnn_step",
        "recurrent_compose",
        "gru_step",
    ),
    "10_attention": (
        "attention_weights",
        "causal_mask",
        "causal_attention",
        "split_heads",
        "merge_heads",
        "sinusoidal_positions",
    ),
    "11_transformers": (
        "layer_norm",
        "feed_forward",
        "pre_norm_block",
        "count_parameters",
        "rotary_positions",
    ),
    "12_state_space_models": (
        "linear_recurrence",
        "discretise",
        "ssm_kernel",
        "selective_scan",
        "combine",
        "causal_depthwise_convolution",
    ),
    "13_shoot_out": ("my_composition",),
}


def lecture_of(exercise: str) -> str:
    """The lecture of an exercise, by its name; LookupError for a name that stands in no lecture."""
    for lecture, exercises in EXERCISES.items():
        if exercise in exercises:
            return lecture
    raise LookupError(
        f"no lecture has an exercise {exercise!r}; name it in EXERCISES of nlm_utils/syllabus.py"
    )
