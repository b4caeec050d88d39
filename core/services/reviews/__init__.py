"""方案审核 (二（三）): joint review, waivers, expert assessment, the decision, the approved plan."""
