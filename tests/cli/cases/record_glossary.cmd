kept glossary promise
