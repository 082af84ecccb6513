/* A photograph that is too large is refused beside its field before it is sent: the server does not
   read a request of that size, and could only answer with a page of its own. */
"use strict";

const LARGEST = 10_000_000; // bytes, as clinic/uploads.py

for (const form of document.querySelectorAll("form[data-still]")) {
  const field = form.querySelector("input[type=file]");
  const said = document.createElement("p");
  said.className = "invalid-feedback d-block";
  said.setAttribute("role", "alert");
  said.id = "still-too-large";

  const fits = () => {
    const large = [...field.files].some((file) => file.size > LARGEST);
    field.classList.toggle("is-invalid", large);
    if (!large) {
      said.remove();
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
      return true;
    }
    said.textContent = form.dataset.toolarge;
    field.after(said);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-errormessage", said.id);
    return false;
  };

  field.addEventListener("change", fits);
  form.addEventListener("submit", (event) => {
    if (fits()) return;
    event.preventDefault();
    field.focus();
  });
}
