"""Addresses of the desk. No trailing slashes: one address, one page."""

from django.urls import path

from server.desk import entry, feedback, people

app_name = "desk"
urlpatterns = [
    path("login", entry.login, name="login"),
    path("logout", entry.logout, name="logout"),
    path("password", entry.password, name="password"),
    path("", entry.password, name="home"),
    path("submissions", entry.password, name="submissions"),
    path("households", entry.password, name="households"),
    path("due", entry.password, name="due"),
    path("mine", entry.password, name="mine"),
    path("ledgers", entry.password, name="ledgers"),
    path("troubles", entry.password, name="troubles"),
    path("form_list", entry.password, name="form_list"),
    path("feedback", feedback.feedback, name="feedback"),
    path("feedback/all", feedback.feedback_list, name="feedback_list"),
    path("feedback/<int:feedback_id>/answer", feedback.feedback_answer, name="feedback_answer"),
    path("people", people.people, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/<int:person_id>", people.person, name="person"),
    path("people/<int:person_id>/active", people.person_active, name="person_active"),
    path("people/<int:person_id>/grants", people.grant_new, name="grant_new"),
    path("people/<int:person_id>/grants/<int:grant_id>/end", people.grant_end, name="grant_end"),
    path("people/<int:person_id>/villages", people.village_new, name="village_new"),
    path("people/<int:person_id>/villages/<int:assignment_id>/end", people.village_end, name="village_end"),
]
#: For the roof: ``path("", include(desk_urls))``.
desk_urls = (urlpatterns, app_name)
