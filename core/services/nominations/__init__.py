"""推荐申报 (二（一）): from a draft of the city centre to an admitted enterprise. One module a step."""
