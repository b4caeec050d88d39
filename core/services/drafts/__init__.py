"""工作方案草稿: an enterprise's plan while it is made, part by part, and what it compiles to.

- ``opening``  begins the plan of an admitted enterprise, from its dossier and from its folder, if it has one;
- ``kept``     what is kept of a plan: its typed parts, the heads of its versions, what may be edited;
- ``compiling`` the plan that the typed parts and the plugins give, checked;
- ``reading``  the whole of it for a page;
- ``versions`` the frozen versions, and the one that stands in place of the draft;
- ``editing``  one field or one list item at a time, with the revision that the editor saw;
- ``resetting`` a part back to its plugin's answer or to the reference;
- ``importing`` a plan file into all parts at once.
"""
