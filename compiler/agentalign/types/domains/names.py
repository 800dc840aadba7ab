"""Given names and family names of many cultures; every combination is a made-up person.

Family names of celebrities, politicians and fictional heroes are left out, so that no product of the two lists reads
like a known person.
"""

from __future__ import annotations

from agentalign.types.domains.words import words

FIRST = words(
    """
Abena Adaeze Adele Adnan Agata Agnes Ahmed Aiko Ailsa Aino Akash Akua Albin Aleksei Alia Alma Amadou Amara Amelie
Amina Anaya Anders Anika Anja Anneke Anselm Anton Anwar Arda Ariel Arjun Arlo Arthur Arya Asha Asif Astrid Aurelio
Ayaan Ayla Azra Bao Basma Bashir Bastian Beatriz Benedikt Berit Bilal Birgit Bjorn Blessing Bram Bridget Bruna
Camila Carys Cecilia Celeste Chidi Chiara Chioma Chloe Ciara Clara Clemens Cosima Dagny Dalia Damir Danilo Daria
Deepa Delphine Demba Dermot Dilara Dina Divya Dmitri Dorota Duc Ebba Eduardo Efua Eilidh Eino Elena Elif Elin Elodie
Emeka Emil Enzo Erik Esi Esra Estelle Ewa Fabio Farah Farid Fatima Femi Fergus Filip Finn Fiona Flavia Florin Freya
Gael Georgia Gerda Giulia Goran Greta Gulsen Gunnar Hadi Hana Hanne Haruto Hector Hedda Helga Henrik Hiroshi Hugo
Ibrahim Ida Ifeoma Igor Ilse Imani Imran Ines Ingrid Irina Isha Ismael Iva Ivo Jada Jakub Jamila Jana Jarek Jasmin
Javier Jelena Jens Jiho Joana Jonas Jorge Josefa Jun Kabir Kaito Kalina Kamal Karim Karin Katja Kavya Keiko Kerem
Kofi Kwame Laila Lars Lea Leif Leila Lena Leonor Linnea Lior Livia Lorenzo Lotte Lucia Luis Luka Madhav Magda
Mahmoud Mai Maja Malik Manon Marek Mariam Marisol Marlon Marta Mateo Matilda Mehmet Mei Mila Mina Mirela Miriam
Mohan Morten Nadia Naoki Nasrin Natalia Neha Nia Niamh Nikola Nils Nina Noor Odile Olena Oliver Omar Oona Oskar
Padma Paloma Paolo Pavel Pilar Priya Quentin Rafael Rahul Rania Ravi Rhea Rosa Ruben Saanvi Sabine Samir Sanna
Santiago Selin Sibel Signe Simone Sofia Soren Stellan Tariq Thandi Tomas Tova Valentin Wanda
"""
)
"""256 given names."""

LAST = words(
    """
Aalto Abara Abdi Achterberg Adeyemi Afolabi Agarwal Ahlberg Akintola Albescu Alvarsson Amadi Amrani Andersdotter
Aragon Arslan Asante Ashworth Auclair Axelsson Aydin Azevedo Babic Bakshi Balogun Banfield Barzani Basara Bauwens
Beaulieu Bellweather Benhaddou Bergqvist Bianchetti Birchall Blomqvist Boateng Bondarev Borgstrom Boucher Brankovic
Brennan Brightwell Bruneau Buchholz Calloway Campion Capelli Carvalho Castellan Cermak Chakraborty Chandran
Charpentier Chaudhry Cheung Chikwanha Cisneros Claesson Colquhoun Corcoran Cordeiro Costache Cromarty Czerny
Dahlgren Damasco Danjuma Dasgupta Delacroix Demirci Desrosiers Deventer Dhillon Diallo Dimitrova Dobrev Donnelly
Doucette Drozd Duarte Dubrovsky Dzhaparov Eastwell Ebbesen Echeverri Edelstein Ehrlich Ekdahl Ekwueme Elmasry
Engstrom Eriksen Escalante Esposito Fagerlund Fairweather Falkenrath Farouk Fearnley Fennimore Ferreira Filipek
Fjeldstad Fontaine Forsberg Friedland Fujimori Gallagher Ganguly Garrido Gebremariam Ghalib Gillespie Glowacki
Goncharov Grabowski Granlund Gruenwald Gudmundsen Guerrero Gunawardena Haagensen Habib Hagstrom Hakimi Halvorsen
Hamadi Harkness Hashemi Hattori Haverford Heikkinen Hellstrom Hidalgo Hjelm Holmgren Horvatin Huang Hyland Ibarra
Idowu Ihejirika Ilves Inoue Iyengar Jankowski Janssens Jarvinen Jaworski Jimenez Johar Juhasz Kaczmarek Kallio
Kamara Karlsen Karimi Katsaros Kavanagh Kawaguchi Keskin Khoury Kimathi Kirchner Klimek Kobayashi Koskinen Kovalenko
Kowalczyk Krishnan Kruger Kulkarni Kuznetsova Lachance Lahti Lakhani Larocque Laskaris Lehtonen Leclercq Lindqvist
Lisowski Lombardi Lundgren Macalister Mabena Mahlangu Malinowski Mandelli Marchetti Marwick Matsuda Mbatha Mehrotra
Melnyk Mendonca Mikkelsen Moncada Montoya Moreau Mukherjee Nakagawa Narayan Ndiaye Nesbitt Niemi Nordahl Novotny
Nwosu Obradovic Odhiambo Okafor Okoronkwo Olafsen Onwudiwe Ostrowski Otieno Ovcharenko Palsson Papadakis Parvizi
Pellegrin Penhaligon Petrenko Pietersen Pokorny Prakash Quintero Ranganath Rahmani Ramaswamy Rasmussen Reinholt
Ribeiro Rosenqvist Rutkowski Saarinen Salazar Sandoval Sepulveda Shimizu Sokolova Solheim Stenmark Tanaka Tavares
Thorsen Uddin Vasquez Venkatesan Villanueva Wachira Wieczorek Yamashita Zielinski
"""
)
"""256 family names."""
